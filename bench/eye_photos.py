"""Photographs for the bench of the eye: NAME.jpg (or .png, .pgm) with its texts in NAME.txt, NAME.2.txt, ...

A picture counts as read when one of its texts was read. Every other text read in it is listed in a file: it may be
wrong, or that of a second code in the picture. Texts read in pictures without any text beside them are counted.
"""
import pathlib
import statistics

SUFFIXES = {".jpg", ".jpeg", ".png", ".pgm"}


def truths(picture):
    texts = [picture.with_suffix(".txt"), *sorted(picture.parent.glob(f"{picture.stem}.[0-9].txt"))]
    return [t.read_bytes() for t in texts if t.exists()]


def plain(data):
    """Readers differ in character sets and line ends; neither is what is measured here. All that it may mean."""
    meanings = set()
    for charset in ("utf-8", "shift_jis", "latin-1"):
        try:
            meanings.add("".join(data.decode(charset).lstrip("\ufeff").split()))
        except UnicodeDecodeError:
            pass
    return meanings


def same(payload, truth):
    return bool(plain(payload) & plain(truth))


def tables(folders, readers, scratch, table):
    for folder in folders:
        pictures = sorted(p for p in pathlib.Path(folder).resolve().rglob("*") if p.suffix.lower() in SUFFIXES)
        texts = {p: truths(p) for p in pictures}
        known = [p for p in pictures if texts[p]]
        rows, wrong = [], []
        for reader in readers:
            reads = reader.read([str(p) for p in pictures], scratch)
            decoded = 0
            for p in known:
                payloads = reads[str(p)].payloads if str(p) in reads else []
                decoded += any(same(got, text) for got in payloads for text in texts[p])
                wrong += [(reader.name, p, got) for got in payloads if not any(same(got, text) for text in texts[p])]
            unknown = sum(len(reads[str(p)].payloads) for p in pictures if not texts[p] and str(p) in reads)
            cpu_ms = [r.cpu_ms for r in reads.values()] or [0.0]
            rows.append((reader.name, [f"{decoded}/{len(known)}", sum(w[0] == reader.name for w in wrong), unknown,
                                       f"{statistics.mean(cpu_ms):.2f}", f"{max(cpu_ms):.0f}"]))
        yield from table(pathlib.Path(folder).name,
                         ["read/with truth", "other texts", "without truth", "mean ms", "worst ms"], rows)
        details = scratch / f"other-texts-{pathlib.Path(folder).name}.txt"
        details.write_text("".join(f"{name}\t{path}\t{got!r}\n" for name, path, got in wrong))
        yield f"other texts (a second code in the picture, another character set, or wrong): {details}"
