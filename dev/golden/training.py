"""The steps of a quantization-aware case: forwards, toggles and plain SGD."""

import torch
from torch.ao.nn.intrinsic.qat import freeze_bn_stats, update_bn_stats
from torch.ao.quantization import FakeQuantizeBase
from torch.ao.quantization import disable_fake_quant, disable_observer, enable_fake_quant, enable_observer
from torch.nn.modules.batchnorm import _BatchNorm

import observers

TOGGLES = {
    "enable_observer": enable_observer,
    "disable_observer": disable_observer,
    "enable_fake_quant": enable_fake_quant,
    "disable_fake_quant": disable_fake_quant,
    "freeze_bn_stats": freeze_bn_stats,
    "update_bn_stats": update_bn_stats,
}


def run(encoder, model, steps, batches, targets):
    """Runs the steps; `targets` has the wanted output by shape, normal values where it has none."""
    out = []
    for i, name in enumerate(steps):
        kind, *rest = name.split(":")
        row = {"step": name}
        if kind == "train":
            model.train()
        elif kind == "eval":
            model.eval()
        elif kind in TOGGLES:
            model.apply(TOGGLES[kind])
        elif kind == "forward":
            with torch.no_grad():
                row["output"] = encoder.value(model(*batches[int(rest[0])]), f"qat{i}.out")
            after(encoder, model, row, i)
        elif kind == "sgd":
            sgd(encoder, model, batches[int(rest[0])], float(rest[1]), targets, row, i)
        else:
            raise ValueError(f"Cannot run step {name}, expected forward, sgd, train, eval or a toggle")
        out.append(row)
    return out


def sgd(encoder, model, batch, lr, targets, row, i):
    model.zero_grad(set_to_none=True)
    output = model(*batch)
    target = targets.setdefault(tuple(output.shape), torch.randn(output.shape))
    loss = torch.nn.functional.mse_loss(output, target)
    loss.backward()
    trained = {k: p for k, p in model.named_parameters() if p.grad is not None}
    row["lr"] = lr
    row["output"] = encoder.value(output.detach(), f"qat{i}.out")
    row["target"] = encoder.tensors.add(f"qat{i}.target", target)
    row["loss"] = float(loss)
    row["grads"] = {k: encoder.tensors.add(f"qat{i}.grad.{k}", p.grad) for k, p in trained.items()}
    with torch.no_grad():
        for p in trained.values():
            p -= lr * p.grad
    row["params_after"] = {k: encoder.tensors.add(f"qat{i}.param.{k}", p) for k, p in trained.items()}
    after(encoder, model, row, i)


def after(encoder, model, row, i):
    """State behind a step. Remembers which fake quantizes per channel have defined parameters."""
    for m in model.modules():
        if isinstance(m, FakeQuantizeBase) and getattr(m, "is_per_channel", False):
            ran = bool(m.fake_quant_enabled[0])
            m.was_fake_quantized = getattr(m, "was_fake_quantized", False) or ran
    row["observers_after"] = observers.states(model, with_qparams=False)
    norms = {
        f"{path}.{k}": encoder.tensors.add(f"qat{i}.{path}.{k}", b)
        for path, m in model.named_modules()
        if isinstance(m, _BatchNorm)
        for k, b in m._buffers.items()
        if b is not None
    }
    if norms:
        row["bn_after"] = norms
