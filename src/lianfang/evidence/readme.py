"""What a bundle says of itself. Part of the format: a changed word is a changed bundle, so a new wording is a new format."""

FORMAT_1 = """\
廉防存证包（格式 1）
==================

这里是一个单位的全部存证：每一个被受理的操作、每一次拦截、每一条预警，连同当时据以判断的事实和结论。
不需要原系统、数据库或网络，就能查明它有没有被改动、被删减、被调换，也能把每一个结论重新判断一遍。

核验：    lianfang evidence verify 本目录
核验通过，表示内容与 verifier 中那把密钥签名时完全一致。请先把 verifier 与该单位另行公布的公钥核对：换了密钥就是换了存证。

checkpoint      签名的检查点：存证的条数与树根（C2SP tlog-checkpoint，Ed25519）
verifier        公钥
entries.jsonl   每行一条存证，规范 JSON（RFC 8785），按入册先后排列；prev 是同一办件上一条的叶哈希
leaves          叶哈希，每条 32 字节（RFC 9162：SHA-256(0x00 || 行)；超过 65535 字节的行，以 {"sha256":"该行的哈希"} 代替）
matters/        据以判断的每一版事项，文件名就是内容的 SHA-256
README.txt      本说明；它也是格式的一部分，一字不可改


Lianfang evidence bundle (format 1)
===================================

This is an office's whole evidence: every act that was accepted, every refusal and every alert, with the facts that it was judged on
and the verdict. Without the system it came from, its database or a network, anyone can find out whether anything in it was changed,
left out or exchanged, and can judge every verdict again.

To verify:    lianfang evidence verify THIS-DIRECTORY
Sound means: exactly what it was when the key in "verifier" signed it. First compare that key with the one the office has published
elsewhere: another key is another log.

checkpoint      the signed checkpoint: number of entries and root of the tree (C2SP tlog-checkpoint, Ed25519)
verifier        the public key
entries.jsonl   one entry a line, canonical JSON (RFC 8785), in the order of the log; prev is the leaf hash of the case's previous entry
leaves          the leaf hashes, 32 bytes each (RFC 9162: SHA-256(0x00 || line); {"sha256":"hash of the line"} stands for a line of
                more than 65535 bytes)
matters/        every version of a matter that was judged by; a file's name is the SHA-256 of its content
README.txt      this description; it is part of the format, not a word of it may change
"""
"""What bundles said before the office's own checkpoints went along; such bundles hold as they did."""

README = (
    FORMAT_1.replace("格式 1", "格式 2")
    .replace("format 1", "format 2")
    .replace(
        "verifier        公钥",
        "checkpoints     本单位此前陆续留存的检查点，由小到大，每个五行：存证的开头仍须是其中每一个所签的内容\nverifier        公钥",
    )
    .replace(
        "verifier        the public key",
        "checkpoints     the checkpoints that the office kept as time went on, smallest first, five lines each: the log must still begin\n"
        "                with what each of them was signed over\nverifier        the public key",
    )
)
