/// The identity of `receiver.test`, signed by itself and made for these tests only.
enum TestIdentity {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBbTCCAROgAwIBAgIBATAKBggqhkjOPQQDAjAYMRYwFAYDVQQDDA1yZWNlaXZl
        ci50ZXN0MCAXDTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAYMRYwFAYD
        VQQDDA1yZWNlaXZlci50ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEgwgr
        OOY29lVnB5oTEFX2xaOoJzshejYy4YJmokbqc0k8M6+6FT3+Sqa+6VI9D5VL0Qat
        Dd4bLzGlb89QsW10NaNMMEowGAYDVR0RBBEwD4INcmVjZWl2ZXIudGVzdDAPBgNV
        HRMBAf8EBTADAQH/MB0GA1UdDgQWBBQNgCsIG8HKj/JpWcBLAEQPtF6nojAKBggq
        hkjOPQQDAgNIADBFAiEAkE77bck+H90GGV3XgO5tfIJ8NkXX6C0mdop2Fkgr+xkC
        IFbMdMp3WfxcuT1bZ4IoMgWALX1zwKpt1y03ILE9Y7Mz
        -----END CERTIFICATE-----
        """

    static let privateKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg0cap6E0wkVasg63P
        9mNf6KSH3lHHc65fZmRwQr7pZk6hRANCAASDCCs45jb2VWcHmhMQVfbFo6gnOyF6
        NjLhgmaiRupzSTwzr7oVPf5Kpr7pUj0PlUvRBq0N3hsvMaVvz1CxbXQ1
        -----END PRIVATE KEY-----
        """
}
