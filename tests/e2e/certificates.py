"""Certificates of a small world, made with openssl(1) for one run: nothing secret lies in the tree, nothing expires."""
import pathlib
import subprocess

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def openssl(*argv):
    subprocess.run(["openssl", *map(str, argv)], check=True, capture_output=True, text=True, timeout=30)


class Authority:
    """A CA in a folder of its own: `.file` is what others trust."""

    def __init__(self, folder, name="ca"):
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir()
        self.file, self.key = self.folder / "ca.pem", self.folder / "ca.key"
        openssl("req", "-x509", *KEY, "-subj", f"/CN=RearCharge test CA {name}", "-days", 2, "-keyout", self.key, "-out", self.file)

    def issue(self, common_name, san="IP:127.0.0.1,DNS:localhost", days=2):
        """(certificate, key) files; @san empty: none; @days negative: expired already."""
        stem = self.folder / f"{common_name.replace('/', '_')}{abs(hash((san, days)))}"
        cert, key, request, extra = (stem.with_suffix(s) for s in (".pem", ".key", ".csr", ".ext"))
        extra.write_text("basicConstraints=CA:FALSE\n" + (f"subjectAltName={san}\n" if san else ""))
        openssl("req", *KEY, "-subj", f"/CN={common_name}", "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self.key, "-days", days, "-extfile", extra, "-out", cert)
        return cert, key
