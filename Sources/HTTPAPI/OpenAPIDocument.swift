/// The API's description for machines (OpenAPI 3.1), served at `/openapi.yaml`.
enum OpenAPIDocument {
    static let text = head + paths + soundPaths + components + soundSchemas

    private static let head = """
        openapi: 3.1.0
        info:
          title: Duocall
          version: "1"
          license:
            name: Apache-2.0
            identifier: Apache-2.0
          description: |
            Two-party voice callback: one request rings two phones and connects them.

            Every answer is an envelope of code, msg and data. A business error is HTTP 200 with another code than
            000000 and data null; refused credentials are HTTP 401; what is wrong with the HTTP request itself is
            another 4xx with code 000001. Too many requests at once are answered 000004.

            Requests are signed. The header Signature is the Base64 of the HMAC-SHA256, keyed with the account's secret
            key, of six lines joined by LF: the method; the lower-case hex MD5 of the body; the Content-Type header as
            sent; the Timestamp header; the AppID header; the path as sent, without the query. For GET and DELETE the
            second line may be empty or the digest of an empty body, and the third empty. The Timestamp may be 300 s
            off. A request to place a call that was already accepted gets its first answer again and places no call.

            Parameters that are null or an empty string count as not given. A whole number may also be sent as a
            string of digits, a boolean as 0, 1, "0", "1", "true" or "false". Unknown parameters are ignored;
            parameters that are announced but not built yet are refused with 000001 (not available: NAME).
        servers:
          - url: /
        security:
          - signature: []
          - basic: []
        tags:
          - name: calls
          - name: voice files
          - name: recordings
          - name: operation

        """

    private static let paths = """
        paths:
          /v1/account/{account_id}/call/duo_callback:
            parameters:
              - $ref: "#/components/parameters/account"
              - $ref: "#/components/parameters/app"
            post:
              operationId: placeCall
              tags: [calls]
              summary: Call two parties and connect them
              requestBody:
                required: true
                content:
                  application/json:
                    schema:
                      $ref: "#/components/schemas/CallbackRequest"
                    example:
                      to1: "13967446745"
                      to2: "13009347583"
                      max_call_duration: 3600
              responses:
                "200":
                  description: The call was accepted and is durable, or was refused.
                  content:
                    application/json:
                      schema:
                        $ref: "#/components/schemas/PlaceAnswer"
                "401":
                  $ref: "#/components/responses/BadCredentials"
                "413":
                  $ref: "#/components/responses/TooLong"
            get:
              operationId: listCalls
              tags: [calls]
              summary: List calls, newest first
              description: The parameters may also be sent as a JSON object in the body, when there is no query.
              parameters:
                - $ref: "#/components/parameters/pageNo"
                - $ref: "#/components/parameters/pageSize"
                - name: start
                  in: query
                  description: Accepted at or after, yyyy-MM-dd HH:mm:ss in the server's timestamp zone.
                  schema: {type: string, examples: ["2026-11-23 00:00:00"]}
                - name: end
                  in: query
                  description: Accepted at or before the end of this second.
                  schema: {type: string, examples: ["2026-11-23 23:59:59"]}
                - name: state
                  in: query
                  schema:
                    $ref: "#/components/schemas/State"
              responses:
                "200":
                  description: One page, or a refusal.
                  content:
                    application/json:
                      schema:
                        $ref: "#/components/schemas/ListAnswer"
                "401":
                  $ref: "#/components/responses/BadCredentials"
          /v1/account/{account_id}/call/duo_callback/{callId}:
            parameters:
              - $ref: "#/components/parameters/account"
              - $ref: "#/components/parameters/app"
              - $ref: "#/components/parameters/call"
            get:
              operationId: readCall
              tags: [calls]
              summary: A call, live or finished
              responses:
                "200":
                  description: The call, or 020000 when there is none of this app and account.
                  content:
                    application/json:
                      schema:
                        $ref: "#/components/schemas/ReadAnswer"
                "401":
                  $ref: "#/components/responses/BadCredentials"
          /v1/account/{account_id}/call/{callId}/trace:
            parameters:
              - $ref: "#/components/parameters/account"
              - $ref: "#/components/parameters/app"
              - $ref: "#/components/parameters/call"
              - name: format
                in: query
                schema: {type: string, enum: [text, pcap], default: text}
            get:
              operationId: traceCall
              tags: [calls]
              summary: The SIP messages of a call
              description: |
                Kept while the call lives and for an hour after, as far as memory goes. Digest credentials and media
                keys are taken out. In a capture every message is a UDP datagram.
              responses:
                "200":
                  description: The trace, or in the envelope 020000 when there is no such call or no trace of it.
                  content:
                    text/plain:
                      schema: {type: string}
                    application/vnd.tcpdump.pcap:
                      schema: {type: string, format: binary}
                    application/json:
                      schema:
                        $ref: "#/components/schemas/Envelope"
                "401":
                  $ref: "#/components/responses/BadCredentials"
          /v1/account/{account_id}/call/duo_callback_cancel:
            parameters:
              - $ref: "#/components/parameters/account"
              - $ref: "#/components/parameters/app"
            post:
              operationId: cancelCall
              tags: [calls]
              summary: End a call
              description: Repeating a cancel that succeeded succeeds for 60 s. No end event follows.
              requestBody:
                required: true
                content:
                  application/json:
                    schema:
                      type: object
                      required: [callId]
                      properties:
                        callId:
                          $ref: "#/components/schemas/CallId"
                        cancel_flag:
                          description: Only 0 (always) is available.
                          type: integer
                          const: 0
              responses:
                "200":
                  description: The cancel is durable, or 020000 when there is no such call or it is over.
                  content:
                    application/json:
                      schema:
                        $ref: "#/components/schemas/CancelAnswer"
                "401":
                  $ref: "#/components/responses/BadCredentials"
                "413":
                  $ref: "#/components/responses/TooLong"
          /healthz:
            get:
              operationId: alive
              tags: [operation]
              summary: Whether the server is alive
              security: []
              responses:
                "200":
                  $ref: "#/components/responses/Plain"
          /readyz:
            get:
              operationId: ready
              tags: [operation]
              summary: Whether the server takes calls
              security: []
              responses:
                "200":
                  $ref: "#/components/responses/Plain"
                "503":
                  description: It does not; msg says why.
                  content:
                    application/json:
                      schema:
                        $ref: "#/components/schemas/Envelope"
          /metrics:
            get:
              operationId: metrics
              tags: [operation]
              summary: Counters and gauges
              description: With a metrics_token for its bearers, without one for loopback.
              security:
                - {}
                - metricsToken: []
              responses:
                "200":
                  description: Prometheus' text format.
                  content:
                    text/plain:
                      schema: {type: string}
                "401":
                  $ref: "#/components/responses/BadCredentials"
                "403":
                  description: Not from loopback, and there is no metrics_token.
                  content:
                    application/json:
                      schema:
                        $ref: "#/components/schemas/Envelope"
          /openapi.yaml:
            get:
              operationId: description
              tags: [operation]
              summary: This description
              security: []
              responses:
                "200":
                  description: OpenAPI 3.1.
                  content:
                    application/yaml:
                      schema: {type: string}

        """
}
