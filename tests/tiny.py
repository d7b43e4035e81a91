"""A model so small that it learns in a second, and learns nothing."""

from pathlib import Path


def make_tiny(source: Path, models: Path) -> Path:
    """A BERT of two thin layers with random weights and a vocabulary of letters and a few words, kept in `models`.

    It is built in the folder `source`. Gives its folder in `models`; its name is `local:tiny`.
    """
    import torch
    from transformers import BertConfig, BertModel, BertTokenizer

    from core.models import add_local

    source.mkdir(exist_ok=True)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,!?'-"
    words = ["the", "a", "is", "was", "good", "bad", "very", "oil", "price", "profit", "bank", "ship", "late", "angry"]
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    # "a" is a letter and a word: each token once, or ids would run past the vocabulary's size.
    vocabulary = list(dict.fromkeys([*special, *letters, *(f"##{letter}" for letter in letters), *words]))
    vocab = source / "vocab.txt"
    vocab.write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    BertModel(config).save_pretrained(source)
    BertTokenizer(vocab=str(vocab), model_max_length=128).save_pretrained(source)
    add_local(source, "tiny", models)
    return models / "local--tiny"
