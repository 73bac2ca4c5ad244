"""What published image and language models do between their layers."""
import torch
import torch.nn.functional as F
from torch import nn

from models import conv, linear, module, normal
from network import Network


class LayerScale(nn.Module):
    """A residual branch times a parameter for each channel."""

    def __init__(self):
        super().__init__()
        self.branch, self.tail = nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 2, 1)
        self.gamma = nn.Parameter(torch.rand(3))

    def forward(self, x):
        return self.tail(x + self.branch(x).mul(self.gamma.reshape(1, -1, 1, 1)))


class CheckedNorm(nn.BatchNorm2d):
    """Batch normalization by a function, after a check of the rank, and an activation."""

    def __init__(self, channels):
        super().__init__(channels)
        self.act = nn.ReLU()

    def forward(self, x):
        torch._assert(x.ndim == 4, "expected an image")
        x = F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, False, self.momentum, self.eps)
        return self.act(x)


def networks():
    images = normal(2, 3, 6, 6)
    yield Network("idiom_layer_scale", "block", LayerScale, images)
    yield Network("idiom_checked_norm", "block", module(lambda m, x: m.b(m.n(m.a(x))), a=conv(3, 4), n=lambda: CheckedNorm(4), b=conv(4, 2)),
                  images)
