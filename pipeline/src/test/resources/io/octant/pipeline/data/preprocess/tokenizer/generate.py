"""Small tokenizers of three kinds, and what Hugging Face's tokenizers make of texts with them.

Writes NAME.json for each tokenizer and cases.json: for each tokenizer and length, the ids, mask and types of every text, cut and padded; and
pairs.json, the same of pairs of texts for each way of cutting them, without results where tokenizers refuses the pair. Run in this folder:

    python generate.py

Recorded with tokenizers 0.23.2.
"""

import json

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

TEXTS = [
    "the quick brown fox jumps over the lazy dog",
    "",
    "The QUICK, brown... fox!",
    "naïve café, Größe und Maß",
    "日本語 and emoji \U0001f600 between",
    "unaffordable calibration of samples " * 4,
    "  spaces\tand\nlines  ",
    "[SEP] and <s> are texts here",
]
CORPUS = [t.lower() for t in TEXTS] * 20


def wordpiece():
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    t.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=150, special_tokens=special))
    t.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return t


def bytes_bpe():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    t.train_from_iterator(
        CORPUS, trainers.BpeTrainer(vocab_size=320, special_tokens=special, initial_alphabet=alphabet)
    )
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return t


def unigram_left():
    t = Tokenizer(models.Unigram())
    t.normalizer = normalizers.NFKC()
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.train_from_iterator(
        CORPUS, trainers.UnigramTrainer(vocab_size=120, special_tokens=["<unk>", "<fill>"], unk_token="<unk>")
    )
    t.enable_padding(direction="left", pad_id=1, pad_token="<fill>", pad_type_id=0)
    return t


def main():
    cases = []
    for make in (wordpiece, bytes_bpe, unigram_left):
        name = make.__name__
        make().save(f"{name}.json")
        for length in (6, 24):
            t = Tokenizer.from_file(f"{name}.json")
            declared = json.load(open(f"{name}.json"))["padding"]
            padding = {"direction": "right", "pad_id": 0 if name == "wordpiece" else 1}
            if declared:
                padding["direction"] = declared["direction"].lower()
            t.enable_truncation(length)
            t.enable_padding(length=length, **padding)
            for text in TEXTS:
                e = t.encode(text)
                cases.append(
                    {"tokenizer": name, "text": text, "ids": e.ids, "mask": e.attention_mask, "types": e.type_ids}
                )
    json.dump(cases, open("cases.json", "w"), indent=0)
    json.dump(pairs(), open("pairs.json", "w"), indent=0)


PAIRS = [
    ("the fox", "a lazy dog jumps"),
    ("the quick brown fox jumps over the lazy dog " * 2, "dog"),
    ("", "the quick brown fox jumps over the lazy dog"),
]


def pairs():
    out = []
    for name in ("wordpiece", "bytes_bpe", "unigram_left"):
        for length in (6, 9, 40):
            for truncation in ("longest_first", "only_first", "only_second"):
                for texts in PAIRS + [(b, a) for a, b in PAIRS]:
                    if "" in texts and truncation != "longest_first":
                        # tokenizers 0.23 takes some of these and cuts the other text, releases before refuse them.
                        continue
                    t = Tokenizer.from_file(f"{name}.json")
                    left = name == "unigram_left"
                    t.enable_truncation(length, strategy=truncation)
                    t.enable_padding(
                        length=length, direction="left" if left else "right", pad_id=0 if name == "wordpiece" else 1
                    )
                    case = {"tokenizer": name, "length": length, "truncation": truncation, "texts": texts}
                    try:
                        e = t.encode(*texts)
                        case |= {"ids": e.ids, "mask": e.attention_mask, "types": e.type_ids}
                    except Exception:
                        pass
                    out.append(case)
    return out


if __name__ == "__main__":
    main()
