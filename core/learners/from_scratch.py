"""Learner of networks from scratch (random weights): trained as pretrained ones are, without a head fitted first."""

from functools import cached_property

from core.learners.backbones.base import Backbone
from core.learners.backbones.picture import CnnBackbone
from core.learners.backbones.table import MlpBackbone
from core.learners.pretrained import Pretrained


class PicturesFromScratch(Pretrained):
    """Learner of the convolutional network for pictures; see `core.learners.base.Learner`."""

    has_start = False

    @cached_property
    def backbone(self) -> Backbone:
        """Architecture of the network, still without weights."""
        return self._backbone or CnnBackbone(self.config, self.prepared.train.inputs)


class TablesFromScratch(Pretrained):
    """Learner of the multilayer perceptron for tables; see `core.learners.base.Learner`."""

    has_start = False

    @cached_property
    def backbone(self) -> Backbone:
        """Architecture of the network, and the scales of the training rows."""
        return self._backbone or MlpBackbone(self.config, self.prepared.train.inputs)
