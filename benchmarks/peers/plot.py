"""The figures of bench_peers.py as an SVG picture: a bar for each form of a network, the median long, with a line from the least to the most."""

from xml.sax.saxutils import escape

COLORS = {"octant": "#2563eb", "torch": "#ea580c", "ort": "#64748b"}
NAMES = {"octant": "Octant", "torch": "PyTorch", "ort": "ONNX Runtime"}
LEFT, WIDTH, RIGHT, BAR, GAP, HEAD = 150, 460, 130, 15, 26, 64


def rows(network, clock):
    """name, median, least and most of each form that was measured, by what it computes and then by peer"""
    order = {"float": 0, "observed": 1}
    measured = [(name, form["median"], [f[clock] for f in form["rounds"]]) for name, form in network["forms"].items() if "median" in form]
    return sorted(
        [(name, median, min(rates), max(rates)) for name, median, rates in measured],
        key=lambda row: (order.get(row[0].split(" ", 1)[1], 2), list(COLORS).index(row[0].split(" ")[0])))


def text(x, y, words, **attributes):
    more = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f'<text x="{x:.1f}" y="{y:.1f}"{more}>{escape(words)}</text>'


def svg(document, clock):
    parts, y = [], HEAD
    for name, network in document["networks"].items():
        bars = rows(network, clock)
        if not bars:
            continue
        most = max(row[3] for row in bars)
        y += 12
        parts.append(text(LEFT, y, name, font_weight="bold"))
        y += 8
        for form, median, low, high in bars:
            peer, kind = form.split(" ", 1)
            scale = WIDTH / most
            middle = y + (BAR - 3) / 2
            parts.append(text(LEFT - 8, middle + 4, f"{NAMES[peer]} {kind}", text_anchor="end"))
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{median * scale:.1f}" height="{BAR - 3}" fill="{COLORS[peer]}"/>')
            parts.append(f'<line x1="{LEFT + low * scale:.1f}" x2="{LEFT + high * scale:.1f}" y1="{middle}" y2="{middle}" stroke="#0f172a"/>')
            parts.append(text(LEFT + max(median, high) * scale + 6, middle + 4, f"{median:.3g}"))
            y += BAR
        y += GAP - 12
    cap = f", capped at {document['cap']}" if document["cap"] else ""
    head = [
        text(12, 22, "Samples a second, by " + document["clock"] + " time", font_size="15", font_weight="bold"),
        text(12, 42, f"{document['cpu']}, {document['isa']}{cap}, {document['threads']} thread(s), batch {document['batch']}"),
        text(12, 57, f"medians of {document['rounds']} rounds of {document['seconds']} s; the line goes from the least to the most", fill="#475569"),
    ]
    width = LEFT + WIDTH + RIGHT
    return "\n".join(
        [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" width="{width}" height="{y}" font-family="sans-serif" font-size="11" fill="#0f172a" role="img">',
         "<title>Speed of Octant, PyTorch and ONNX Runtime</title>",
         '<rect width="100%" height="100%" fill="#ffffff"/>', *head, *parts, "</svg>", ""])
