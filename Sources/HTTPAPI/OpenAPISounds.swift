extension OpenAPIDocument {
    /// Voice files and recordings.
    static let soundPaths = """
          /v1/account/{account_id}/management/voice_file:
            parameters:
              - $ref: "#/components/parameters/account"
              - $ref: "#/components/parameters/app"
            post:
              operationId: addVoiceFile
              tags: [voice files]
              summary: Upload a sound that ring tones and prompts can name
              description: |
                WAV (8, 16 or 24 bit, float, A-law, µ-law), MP3, OGG or FLAC; mono or stereo; 1,000 to 384,000 Hz; at
                most 20 MiB and 10 minutes. It is decoded and checked at once, and refused with 000001 and the reason.
                Its name is unique in the app. What a sub-account uploads is its own; what the main account uploads can
                be named by all of the app.
              parameters:
                - name: name
                  in: query
                  description: The name, where the body is the file, or the form has no field for it.
                  schema: {type: string, maxLength: 128}
              requestBody:
                required: true
                content:
                  multipart/form-data:
                    schema:
                      type: object
                      required: [file]
                      properties:
                        name: {type: string, maxLength: 128, description: "Absent: the file's own name."}
                        file: {type: string, contentMediaType: application/octet-stream}
                  application/octet-stream:
                    schema: {type: string, contentMediaType: application/octet-stream}
              responses:
                "200":
                  description: The file can be named, or was refused.
                  content:
                    application/json:
                      schema:
                        $ref: "#/components/schemas/VoiceFileAnswer"
                "401":
                  $ref: "#/components/responses/BadCredentials"
                "413":
                  $ref: "#/components/responses/TooLong"
            get:
              operationId: listVoiceFiles
              tags: [voice files]
              summary: List the voice files that can be named, by name
              parameters:
                - $ref: "#/components/parameters/pageNo"
                - $ref: "#/components/parameters/pageSize"
              responses:
                "200":
                  description: One page, or a refusal.
                  content:
                    application/json:
                      schema:
                        $ref: "#/components/schemas/VoiceFileListAnswer"
                "401":
                  $ref: "#/components/responses/BadCredentials"
          /v1/account/{account_id}/management/voice_file/{name}:
            parameters:
              - $ref: "#/components/parameters/account"
              - $ref: "#/components/parameters/app"
              - name: name
                in: path
                required: true
                description: Percent-encoded UTF-8.
                schema: {type: string}
            delete:
              operationId: deleteVoiceFile
              tags: [voice files]
              summary: Delete a voice file
              description: Calls that were accepted before still play it. A sub-account deletes its own files only.
              responses:
                "200":
                  description: It cannot be named any more, or 010005 where there is none of this name.
                  content:
                    application/json:
                      schema:
                        $ref: "#/components/schemas/Envelope"
                "401":
                  $ref: "#/components/responses/BadCredentials"
          /v1/account/{account_id}/recording/plist:
            parameters:
              - $ref: "#/components/parameters/account"
              - $ref: "#/components/parameters/app"
            get:
              operationId: listRecordings
              tags: [recordings]
              summary: List recordings, newest first
              description: The parameters may also be sent as a JSON object in the body, when there is no query.
              parameters:
                - $ref: "#/components/parameters/pageNo"
                - $ref: "#/components/parameters/pageSize"
                - name: start
                  in: query
                  required: true
                  description: Begun at or after, yyyy-MM-dd HH:mm:ss in the server's timestamp zone.
                  schema: {type: string, examples: ["2026-11-23 00:00:00"]}
                - name: end
                  in: query
                  required: true
                  description: Begun at or before the end of this second.
                  schema: {type: string, examples: ["2026-11-23 23:59:59"]}
                - name: callId
                  in: query
                  description: Only this call's.
                  schema:
                    $ref: "#/components/schemas/CallId"
              responses:
                "200":
                  description: One page, or a refusal.
                  content:
                    application/json:
                      schema:
                        $ref: "#/components/schemas/RecordingListAnswer"
                "401":
                  $ref: "#/components/responses/BadCredentials"
          /v1/account/{account_id}/recording/url/gen:
            parameters:
              - $ref: "#/components/parameters/account"
              - $ref: "#/components/parameters/app"
            get:
              operationId: linkRecording
              tags: [recordings]
              summary: A link to a recording that works without credentials
              description: |
                State 0 means that the file is still being finished; the event recording.url_generate brings the link
                when it is. The parameters may also be sent as a JSON object in the body, when there is no query.
              parameters:
                - name: id
                  in: query
                  required: true
                  description: The recording's, from the list.
                  schema: {type: string}
                - name: expires
                  in: query
                  description: For how many seconds the link works.
                  schema: {type: integer, minimum: 60, maximum: 86400, default: 600}
              responses:
                "200":
                  description: The link, or 010007 when there is no such recording.
                  content:
                    application/json:
                      schema:
                        $ref: "#/components/schemas/RecordingLinkAnswer"
                "401":
                  $ref: "#/components/responses/BadCredentials"
          /recording/{file}:
            parameters:
              - name: file
                in: path
                required: true
                schema: {type: string, examples: [0f8fad5bd9cb469fa16570867728950e.wav]}
              - name: expires
                in: query
                required: true
                schema: {type: integer}
              - name: signature
                in: query
                required: true
                schema: {type: string}
            get:
              operationId: download
              tags: [recordings]
              summary: What a link leads to
              description: Its ETag is the file's SHA-256. One byte range can be asked for.
              security: []
              responses:
                "200":
                  description: The recording.
                  content:
                    audio/wav:
                      schema: {type: string, contentMediaType: audio/wav}
                    audio/mpeg:
                      schema: {type: string, contentMediaType: audio/mpeg}
                "206":
                  description: The part that was asked for.
                  content:
                    audio/wav:
                      schema: {type: string, contentMediaType: audio/wav}
                    audio/mpeg:
                      schema: {type: string, contentMediaType: audio/mpeg}
                "403":
                  description: The link has expired, or is not one of this server's.
                  content:
                    application/json:
                      schema:
                        $ref: "#/components/schemas/Envelope"
                "404":
                  description: The recording was deleted.
                  content:
                    application/json:
                      schema:
                        $ref: "#/components/schemas/Envelope"
                "416":
                  description: The file does not reach as far as the range.
            head:
              operationId: downloadHead
              tags: [recordings]
              summary: Size and kind of the recording
              security: []
              responses:
                "200":
                  description: Without the recording.
                "403":
                  description: The link has expired, or is not one of this server's.
                "404":
                  description: The recording was deleted.

        """

    static let soundSchemas = """
            VoiceFileAnswer:
              allOf:
                - $ref: "#/components/schemas/Envelope"
                - properties:
                    data:
                      oneOf:
                        - $ref: "#/components/schemas/VoiceFile"
                        - type: "null"
            VoiceFileListAnswer:
              allOf:
                - $ref: "#/components/schemas/Envelope"
                - $ref: "#/components/schemas/Page"
                - properties:
                    data:
                      properties:
                        result:
                          items:
                            $ref: "#/components/schemas/VoiceFile"
            VoiceFile:
              type: object
              properties:
                id: {type: string}
                name: {type: string}
                subaccountId: {type: [string, "null"], description: "Null for the app's own."}
                durationMs: {type: integer}
                size: {type: integer, description: "Of the upload, bytes."}
                uploadTime: {type: integer, description: "Epoch milliseconds."}
            RecordingListAnswer:
              allOf:
                - $ref: "#/components/schemas/Envelope"
                - $ref: "#/components/schemas/Page"
                - properties:
                    data:
                      properties:
                        result:
                          items:
                            $ref: "#/components/schemas/Recording"
            Recording:
              type: object
              properties:
                id: {type: string}
                date: {type: string, description: "When it began, yyyy-MM-dd HH:mm:ss in the timestamp zone."}
                duration: {type: integer, description: "Whole seconds."}
                size: {type: integer, description: "Bytes."}
                callId:
                  $ref: "#/components/schemas/CallId"
                record_file: {type: string}
                channels: {type: integer, description: "1 mixed, 2 left party 1 and right party 2."}
                format: {type: integer, description: "1 PCM, 2 A-law, 3 µ-law, 6 MP3."}
                sha256: {type: [string, "null"], description: "Hex; null while the file is being finished."}
            RecordingLinkAnswer:
              allOf:
                - $ref: "#/components/schemas/Envelope"
                - properties:
                    data:
                      type: [object, "null"]
                      properties:
                        state: {type: integer, enum: [0, 1]}
                        url: {type: [string, "null"]}

        """
}
