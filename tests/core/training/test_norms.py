"""A pretrained network's batch statistics survive fine-tuning, whatever the pictures of a batch happen to be."""

import torch
from transformers import AutoConfig, AutoModelForImageClassification

from core.training.norms import hold_statistics, let_go


def test_statistics_stay_while_scales_and_shifts_learn() -> None:
    torch.manual_seed(0)
    small = {"hidden_sizes": [8, 16], "depths": [1, 1], "embedding_size": 8, "layer_type": "basic", "num_labels": 3}
    network = AutoModelForImageClassification.from_config(AutoConfig.for_model("resnet", **small))
    norms = [module for module in network.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    before = [norm.running_mean.clone() for norm in norms]
    assert hold_statistics(network) == len(norms) > 0
    network.train()
    assert network.training
    assert not any(norm.training for norm in norms)
    pictures = torch.randn(4, 3, 32, 32) + 3
    alone = network(pictures[:1]).logits
    together = network(pictures).logits
    assert torch.allclose(alone[0], together[0], atol=1e-5)
    together.sum().backward()
    assert all(norm.weight.grad is not None for norm in norms)
    assert all(torch.equal(norm.running_mean, mean) for norm, mean in zip(norms, before, strict=True))
    let_go(network)
    network.train()
    assert all(norm.training for norm in norms)
    network(pictures)
    assert not any(torch.equal(norm.running_mean, mean) for norm, mean in zip(norms, before, strict=True))
