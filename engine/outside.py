"""Other machines: connections with a verified certificate, and what goes wrong in words."""

import smtplib
import socket
import ssl
from pathlib import Path


def verified(ca_file: Path | None) -> ssl.SSLContext:
    """Trusts the machine's authorities, or those in `ca_file` (PEM) where an intranet has its own."""
    context = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def in_words(error: BaseException) -> str:
    """One line that an administrator understands."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"对方的证书不可信：{error.verify_message}"
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"邮件服务器应答 {error.smtp_code} {' '.join(text.split())}"[:500]
    for kind, words in WORDS.items():
        if isinstance(error, kind):
            return words
    return " ".join(str(error).split())[:500] or type(error).__name__


WORDS: dict[type[BaseException], str] = {
    TimeoutError: "对方超时未应答",
    ConnectionRefusedError: "对方拒绝连接，服务可能没有启动",
    ConnectionResetError: "连接被对方中断",
    socket.gaierror: "找不到这台主机，请检查名称和域名解析",
    smtplib.SMTPServerDisconnected: "邮件服务器中断了连接，或超时未应答",
    smtplib.SMTPNotSupportedError: "邮件服务器不支持所要求的加密或登录方式",
}
