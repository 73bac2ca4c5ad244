"""Makes training.json and training.safetensors: PyTorch's losses, optimizers, clipping and schedules.

Run with PyTorch 2.13 (CPU) and safetensors in the folder of this file. Losses are recorded with
the gradient of their input; optimizers with parameters and state after each of five steps.
"""

import json

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch.optim import lr_scheduler

torch.manual_seed(20261128)
torch.set_num_threads(1)
tensors = {}


def put(t):
    name = f"t{len(tensors)}"
    tensors[name] = t.detach().contiguous().clone()
    return name


def loss(kind, output, target, compute, **settings):
    output = output.detach().requires_grad_()
    value = compute(output, target)
    value.backward()
    stored = {k: put(v) if isinstance(v, torch.Tensor) else v for k, v in settings.items()}
    return {
        "kind": kind,
        "settings": stored,
        "output": put(output),
        "target": put(target),
        "loss": value.item(),
        "gradient": put(output.grad),
    }


def cross_entropy(shape, dtype=torch.float64, ignored=(), **settings):
    logits = torch.randn(shape, dtype=dtype) * 3
    target = torch.randint(0, shape[1], (shape[0], *shape[2:]))
    for i in ignored:
        target.view(-1)[i] = settings.get("ignore_index", -100)
    if "weight" in settings:
        settings["weight"] = torch.rand(shape[1], dtype=dtype) + 0.2
    return loss("cross_entropy", logits, target, lambda o, t: F.cross_entropy(o, t, **settings), **settings)


def distilled(output, target, temperature):
    log_q = F.log_softmax(output / temperature, -1)
    log_p = F.log_softmax(target / temperature, -1)
    return F.kl_div(log_q, log_p, reduction="batchmean", log_target=True) * temperature**2


def cosine(output, target):
    return F.cosine_embedding_loss(output, target, torch.ones(len(output), dtype=output.dtype))


def losses():
    def normal(*shape):
        return torch.randn(shape, dtype=torch.float64) * 2

    out = [
        cross_entropy((6, 5)),
        cross_entropy((6, 5), dtype=torch.float32),
        cross_entropy((6, 5), label_smoothing=0.1),
        cross_entropy((6, 5), weight=True),
        cross_entropy((6, 5), ignored=(0, 4)),
        cross_entropy((6, 5), ignore_index=2),
        cross_entropy((6, 5), weight=True, label_smoothing=0.2, ignore_index=1),
        cross_entropy((2, 4, 3, 2), weight=True, label_smoothing=0.1, ignored=(3,)),
        loss("mse", normal(4, 3), normal(4, 3), F.mse_loss),
        loss("bce", torch.rand(4, 3, dtype=torch.float64), torch.rand(4, 3, dtype=torch.float64), F.binary_cross_entropy),
        loss("bce", torch.tensor([0.0, 1.0, 0.5], dtype=torch.float64), torch.tensor([0.0, 0.0, 1.0], dtype=torch.float64), F.binary_cross_entropy),
        loss("bce_logits", normal(4, 3) * 20, torch.rand(4, 3, dtype=torch.float64), F.binary_cross_entropy_with_logits),
        loss("cosine", normal(4, 7), normal(4, 7), cosine),
    ]
    for temperature in (1.0, 4.0):
        out.append(loss("distillation", normal(5, 6), normal(5, 6), lambda o, t: distilled(o, t, temperature), temperature=temperature))
    return out


OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


def optimizer(kind, dtype, undecayed=False, **settings):
    """Two parameters, weight of [5, 7] and bias of [11]; undecayed leaves the bias without weight decay."""
    weight = torch.nn.Parameter(torch.randn(5, 7, dtype=dtype))
    bias = torch.nn.Parameter(torch.randn(11, dtype=dtype))
    named = {"weight": weight, "bias": bias}
    groups = [{"params": [weight]}, {"params": [bias], **({"weight_decay": 0.0} if undecayed else {})}]
    made = OPTIMIZERS[kind](groups, foreach=False, **settings)
    row = {"kind": kind, "settings": settings, "undecayed": undecayed, "start": {k: put(p) for k, p in named.items()}, "steps": []}
    for _ in range(5):
        for p in named.values():
            p.grad = torch.randn_like(p) * 0.3
        gradients = {k: put(p.grad) for k, p in named.items()}
        made.step()
        state = {
            k: {s: put(v) for s, v in made.state[p].items() if isinstance(v, torch.Tensor)} for k, p in named.items() if made.state[p]
        }
        row["steps"].append({"gradients": gradients, "parameters": {k: put(p) for k, p in named.items()}, "state": state})
    return row


def optimizers():
    out = []
    for dtype in (torch.float32, torch.float64):
        out += [
            optimizer("sgd", dtype, lr=0.1),
            optimizer("sgd", dtype, lr=0.05, weight_decay=0.01, undecayed=True),
            optimizer("sgd", dtype, lr=0.05, momentum=0.9, weight_decay=0.01),
            optimizer("sgd", dtype, lr=0.05, momentum=0.9, dampening=0.3),
            optimizer("sgd", dtype, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.001),
            optimizer("adam", dtype, lr=0.01),
            optimizer("adam", dtype, lr=0.01, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.02),
            optimizer("adamw", dtype, lr=0.01),
            optimizer("adamw", dtype, lr=0.02, betas=(0.8, 0.99), weight_decay=0.1, undecayed=True),
        ]
    return out


def clipping():
    out = []
    for kind, limit in (("norm", 0.5), ("norm", 100.0), ("value", 0.2)):
        parameters = [torch.nn.Parameter(torch.zeros(s, dtype=torch.float64)) for s in ((3, 4), (5,))]
        for p in parameters:
            p.grad = torch.randn_like(p)
        row = {"kind": kind, "limit": limit, "before": [put(p.grad) for p in parameters]}
        if kind == "norm":
            row["norm"] = torch.nn.utils.clip_grad_norm_(parameters, limit).item()
        else:
            torch.nn.utils.clip_grad_value_(parameters, limit)
        row["after"] = [put(p.grad) for p in parameters]
        out.append(row)
    return out


def rates(make, steps=20):
    made = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    schedule = make(made)
    out = []
    for _ in range(steps):
        out.append(made.param_groups[0]["lr"])
        made.step()
        schedule.step()
    return out


def schedules():
    def warm(made):
        first = lr_scheduler.LinearLR(made, start_factor=0.2, total_iters=5)
        return lr_scheduler.SequentialLR(made, [first, lr_scheduler.CosineAnnealingLR(made, 15, eta_min=0.01)], [5])

    return {
        "constant": rates(lambda m: lr_scheduler.ConstantLR(m, factor=1)),
        "step": rates(lambda m: lr_scheduler.StepLR(m, 6, gamma=0.3)),
        "milestones": rates(lambda m: lr_scheduler.MultiStepLR(m, [3, 4, 11], gamma=0.5)),
        "cosine": rates(lambda m: lr_scheduler.CosineAnnealingLR(m, 20, eta_min=0.01)),
        "warm_up": rates(warm),
    }


document = {
    "tensors": "training.safetensors",
    "losses": losses(),
    "optimizers": optimizers(),
    "clipping": clipping(),
    "schedules": schedules(),
}
with open("training.json", "w") as f:
    json.dump(document, f)
    f.write("\n")
save_file(tensors, "training.safetensors")
