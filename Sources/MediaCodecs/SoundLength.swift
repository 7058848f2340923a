import CSndfile

/// How long a sound file is.
public enum SoundLength {
    /// The file's samples per channel; `nil` where it cannot be read. Blocks: some kinds of files are read to their ends.
    public static func samples(ofFileAt path: String) -> Int64? {
        var header = SF_INFO()
        guard let file = sf_open(path, Int32(SFM_READ), &header) else { return nil }
        sf_close(file)
        return header.frames > 0 ? header.frames : nil
    }
}
