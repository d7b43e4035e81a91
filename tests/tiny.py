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


SMALL = {
    "hidden_size": 32, "d_model": 32, "dim": 32, "emb_dim": 32, "n_embd": 32, "embedding_size": 32,
    "word_embed_proj_dim": 32, "input_embedding_size": 32, "output_embedding_size": 32,
    "num_hidden_layers": 2, "n_layers": 2, "n_layer": 2, "num_layers": 2, "num_hidden_groups": 1,
    "num_attention_heads": 4, "n_heads": 4, "n_head": 4, "num_heads": 4, "num_key_value_heads": 2, "head_dim": 8,
    "intermediate_size": 64, "hidden_dim": 64, "ffn_dim": 64, "d_inner": 64, "n_inner": 64,
    "intra_bottleneck_size": 16, "q_groups": 1, "k_groups": 1, "v_groups": 1, "post_attention_groups": 1,
    "intermediate_groups": 1, "output_groups": 1, "conv_kernel_size": 3,
    "max_position_embeddings": 128, "n_positions": 128,
    "pad_token_id": 0, "bos_token_id": 2, "eos_token_id": 3, "cls_token_id": 2, "sep_token_id": 3,
    "languages": ["en_XX"], "default_language": "en_XX",
    "shape_embed_dim": 8, "shape_vocab_size": 20, "pronunciation_embed_dim": 8, "pronunciation_vocab_size": 20,
}  # fmt: skip
"""Small sizes by every name that families of models have for them."""


def make_family(family: str, tokens: Path, folder: Path, *, padding: bool = True) -> Path:
    """A tiny model of any family, with random weights and the tokenizer of `tokens`, as it comes from a hub."""
    import torch
    from transformers import AutoModel, AutoTokenizer
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING

    tokenizer = AutoTokenizer.from_pretrained(tokens)
    kind = CONFIG_MAPPING[family]
    known = kind().to_dict()
    sizes = {name: size for name, size in SMALL.items() if name in known} | {"vocab_size": len(tokenizer)}
    if family == "funnel":  # its layers come in blocks
        sizes = {"d_model": 32, "n_head": 4, "d_head": 8, "d_inner": 64, "block_sizes": [1, 1], "block_repeats": [1, 1]}
        sizes |= {"vocab_size": len(tokenizer), "architectures": ["FunnelModel"]}
    if family == "gpt_neo":
        sizes |= {"attention_types": [[["global", "local"], 1]]}
    if "layer_types" in known:
        sizes |= {"layer_types": None}
    if not padding:
        sizes |= {"pad_token_id": None}
        tokenizer.pad_token = None
    torch.manual_seed(0)
    AutoModel.from_config(kind(**sizes)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
