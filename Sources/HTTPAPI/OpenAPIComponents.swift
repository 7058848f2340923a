extension OpenAPIDocument {
    static let components = """
        components:
          securitySchemes:
            signature:
              type: apiKey
              in: header
              name: Signature
              description: With the headers CertID, Timestamp (yyyyMMddHHmmss) and AppID.
            basic:
              type: http
              scheme: basic
              description: CertID and secret key, where the app allows it and the request comes from loopback.
            metricsToken:
              type: http
              scheme: bearer
          parameters:
            account:
              name: account_id
              in: path
              required: true
              description: The main account's CertID.
              schema: {type: string}
            call:
              name: callId
              in: path
              required: true
              schema:
                $ref: "#/components/schemas/CallId"
            app:
              name: AppID
              in: header
              required: true
              schema: {type: string}
            pageNo:
              name: pageNo
              in: query
              schema: {type: integer, minimum: 1, maximum: 1000000, default: 1}
            pageSize:
              name: pageSize
              in: query
              schema: {type: integer, minimum: 1, maximum: 1000, default: 10}
          responses:
            BadCredentials:
              description: The credentials are refused; msg starts with Bad credentials.
              content:
                application/json:
                  schema:
                    $ref: "#/components/schemas/Envelope"
            TooLong:
              description: The body is longer than 64 KiB, or than 20 MiB where it is a file.
              content:
                application/json:
                  schema:
                    $ref: "#/components/schemas/Envelope"
            Plain:
              description: Yes.
              content:
                application/json:
                  schema:
                    $ref: "#/components/schemas/Envelope"
          schemas:
            CallId:
              type: string
              pattern: "^[0-9a-f]{32}$"
            Envelope:
              type: object
              required: [code, msg, data]
              properties:
                code: {type: string, pattern: "^[0-9]{6}$"}
                msg: {type: string}
                data: {}
            Page:
              description: One page of a list, or a refusal.
              properties:
                data:
                  type: [object, "null"]
                  required: [pageSize, startIndex, totalCount, totalPageCount, currentPageNo, result]
                  properties:
                    pageSize: {type: integer}
                    startIndex: {type: integer, description: "The place of the page's first element, from 1."}
                    totalCount: {type: integer}
                    totalPageCount: {type: integer}
                    currentPageNo: {type: integer}
                    result: {type: array}
            PlaceAnswer:
              allOf:
                - $ref: "#/components/schemas/Envelope"
                - properties:
                    data:
                      type: [object, "null"]
                      required: [callId]
                      properties:
                        callId:
                          $ref: "#/components/schemas/CallId"
                        user_data: {type: string, description: "As given; absent when not given."}
            CancelAnswer:
              allOf:
                - $ref: "#/components/schemas/Envelope"
                - properties:
                    data:
                      type: [object, "null"]
                      required: [callId, state, duration]
                      properties:
                        callId:
                          $ref: "#/components/schemas/CallId"
                        state:
                          description: The state in which the call was cancelled.
                          $ref: "#/components/schemas/State"
                        duration: {type: integer, description: "Whole seconds connected."}
            ReadAnswer:
              allOf:
                - $ref: "#/components/schemas/Envelope"
                - properties:
                    data:
                      oneOf:
                        - $ref: "#/components/schemas/Call"
                        - type: "null"
            ListAnswer:
              allOf:
                - $ref: "#/components/schemas/Envelope"
                - $ref: "#/components/schemas/Page"
                - properties:
                    data:
                      properties:
                        result:
                          items:
                            $ref: "#/components/schemas/Call"
            State:
              description: >-
                0 unknown, 1 party 1 ringing, 2 party 1 answered, 3 party 2 ringing, 4 talking, 5 ended, 6 queued,
                7 scheduled, 8 dialling party 1, 9 dialling party 2
              type: integer
              minimum: 0
              maximum: 9
            PhoneNumber:
              type: string
              description: An optional + and 3 to 20 digits; spaces, hyphens and parentheses are dropped.
              examples: ["13967446745", "+8675589877675"]
            CallbackRequest:
              type: object
              required: [to1, to2, max_call_duration]
              properties:
                to1:
                  description: "Called first. A sip: URI or the extension of a registered phone where the app allows it."
                  $ref: "#/components/schemas/PhoneNumber"
                to2:
                  description: Called when party 1 has answered.
                  $ref: "#/components/schemas/PhoneNumber"
                from1:
                  description: The number shown to party 1, one of the app's.
                  $ref: "#/components/schemas/PhoneNumber"
                from2:
                  description: The number shown to party 2, one of the app's.
                  $ref: "#/components/schemas/PhoneNumber"
                ring_tone: {type: string, description: "Voice file for party 1 instead of the far ring-back."}
                ring_tone_mode:
                  description: >-
                    0 from the far end's ringing to the answer; 1 from dialling until the far end rings; 2 from dialling to
                    the answer; 3 once, before dialling.
                  type: integer
                  minimum: 0
                  maximum: 3
                  default: 3
                greeting1: {type: string, description: "Voice file for party 1 after its answer."}
                greeting2: {type: string, description: "Voice file for party 2 before the connection."}
                confirm1: {type: boolean, default: false, description: "Party 1 must press a key."}
                confirm2: {type: boolean, default: false, description: "Party 2 must press a key."}
                confirm_key1: {type: string, pattern: "^[0-9*#]$", default: "1"}
                confirm_key2: {type: string, pattern: "^[0-9*#]$", default: "1"}
                confirm_timeout1: {type: integer, minimum: 1, maximum: 30, default: 5, description: "From the prompt's end, s."}
                confirm_timeout2: {type: integer, minimum: 1, maximum: 30, default: 5, description: "From the prompt's end, s."}
                confirm_file1: {type: string, description: "Voice file, played up to three times; a beep without."}
                confirm_file2: {type: string, description: "Voice file, played up to three times; a beep without."}
                countdown_time: {type: integer, minimum: 5, maximum: 600, description: "Warning before the limit, s."}
                countdown_voice: {type: string, description: "Voice file; a beep without."}
                countdown_to:
                  $ref: "#/components/schemas/Audience"
                busy_voice: {type: string, description: "Voice file for party 1 when party 2 failed."}
                max_dial_duration: {type: integer, minimum: 1, maximum: 300, default: 45, description: "Ringing, s."}
                max_dial_duration1: {type: integer, minimum: 1, maximum: 300, description: "For party 1."}
                max_dial_duration2: {type: integer, minimum: 1, maximum: 300, description: "For party 2."}
                max_call_duration: {type: integer, minimum: 1, maximum: 21600, description: "Conversation, s."}
                media_timeout:
                  description: Neither party sent media for so many seconds while connected ends the call; 0 never.
                  type: integer
                  default: 60
                  anyOf:
                    - const: 0
                    - {minimum: 5, maximum: 3600}
                recording: {type: boolean, default: false}
                record_mode:
                  {type: integer, minimum: 0, maximum: 2, default: 0, description: "From 0 connection, 1 dialling 1, 2 dialling 2."}
                record_channels: {type: integer, enum: [1, 2], default: 2, description: "1 mixed; 2 party 1 left, party 2 right."}
                record_format: {type: integer, enum: [1, 2, 3, 6], default: 2, description: "1 PCM, 2 A-law, 3 µ-law, 6 MP3."}
                record_hint: {type: string, description: "Voice file or beep, before the recording starts."}
                record_hint_to:
                  $ref: "#/components/schemas/Audience"
                callback_url: {type: string, maxLength: 2048, description: "Receiver of this call's events."}
                events:
                  description: Progress events wanted, or [all]; any makes the end's event tell more.
                  type: array
                  items: {type: string, examples: [duo_callback.answer, all]}
                notify_on_cancel: {type: boolean, default: false, description: "The end event also after a cancel."}
                user_data: {type: string, maxLength: 128, description: "Comes back in every event of the call."}
                user_data1: {type: string, maxLength: 128, description: "Kept with party 1's leg."}
                user_data2: {type: string, maxLength: 128, description: "Kept with party 2's leg."}
            Audience: {type: integer, enum: [0, 1, 2], default: 0, description: "0 both, 1, 2."}
            Call:
              type: object
              description: Times are epoch milliseconds; every key is present, null when unknown.
              properties:
                callId:
                  $ref: "#/components/schemas/CallId"
                state:
                  $ref: "#/components/schemas/State"
                subaccount_id: {type: [string, "null"]}
                from1: {type: [string, "null"], description: "As asked for."}
                to1: {type: string}
                from2: {type: [string, "null"], description: "As asked for."}
                to2: {type: string}
                user_data: {type: [string, "null"]}
                begin_time: {type: integer}
                connect_time: {type: [integer, "null"]}
                end_time: {type: [integer, "null"]}
                record_file: {type: [string, "null"], description: "The recording's file."}
                end_reason: {type: [string, "null"], examples: [hangup1, no_answer2, max_call_duration]}
                error: {type: [string, "null"], description: "Six digits; null on a normal end."}
                reason: {type: [string, "null"], description: "The error in words."}
                hangup_by: {type: [integer, "null"], description: "The party that sent BYE, else 0."}
                duration: {type: [integer, "null"], description: "Whole seconds of conversation."}
                leg1:
                  $ref: "#/components/schemas/Leg"
                leg2:
                  $ref: "#/components/schemas/Leg"
            Leg:
              type: object
              properties:
                from: {type: [string, "null"], description: "The number shown."}
                to: {type: string}
                trunk: {type: [string, "null"]}
                dial_time: {type: [integer, "null"]}
                ring_time: {type: [integer, "null"]}
                answer_time: {type: [integer, "null"]}
                end_time: {type: [integer, "null"]}
                sip_call_id: {type: [string, "null"]}
                sip_status: {type: [integer, "null"]}
                sip_reason: {type: [string, "null"]}
                q850: {type: [integer, "null"]}
                pdd_ms: {type: [integer, "null"], description: "From the INVITE to the first 18x or 200."}
                codec: {type: [string, "null"], examples: [PCMA]}
                packets_received: {type: [integer, "null"]}
                packets_sent: {type: [integer, "null"]}
                packets_lost: {type: [integer, "null"]}
                loss: {type: [number, "null"], description: "Packets lost on the way from the party, per cent."}
                jitter_ms: {type: [number, "null"], description: "RFC 3550 interarrival jitter."}
                rtt_ms: {type: [number, "null"], description: "To the party and back."}
                mos: {type: [number, "null"], description: "Estimated mean opinion score, 1 to 4.5."}
                user_data: {type: [string, "null"], description: "user_data1 or user_data2 as given."}

        """
}
