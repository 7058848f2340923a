/// The API's description for machines, served at `/openapi.yaml`.
enum OpenAPIDocument {
    static let text = """
        openapi: 3.1.0
        info:
          title: Duocall
          version: "1"
        paths: {}
        """
}
