import CallModel
import Testing

@Suite struct AnswerCodeTests {
    /// The contract's list of codes.
    private static let table = [
        "000000": "请求成功", "000001": "参数错误", "000002": "未知错误", "000003": "内部错误", "000004": "系统繁忙",
        "010000": "应用不存在", "010001": "应用没上线", "010002": "app没开通该服务", "010003": "余额不足",
        "010004": "IP不在白名单内", "010005": "放音文件不存在或未审核", "010006": "配额不足", "010007": "录音文件不存在",
        "020000": "呼叫不存在", "020001": "号码不允许呼叫", "020002": "没有可用线路",
        "030500": "双向回拔的号码不能是同一号码", "030501": "repeated call", "030502": "idempotency conflict",
        "030503": "same request in progress", "030504": "number called too often", "030505": "outside calling hours",
        "030506": "too many concurrent calls", "030507": "too many calls per second",
        "030508": "caller number not allowed", "030509": "cancel refused by flag", "030510": "schedule not valid",
        "030511": "destination not allowed",
    ]

    @Test func `codes and messages are the contract's`() {
        let ours = Dictionary(uniqueKeysWithValues: AnswerCode.allCases.map { ($0.rawValue, $0.message) })
        #expect(ours == Self.table)
    }
}
