"""What a case records: one network, its inputs and its configuration."""

import dataclasses
import zlib
from typing import Any, Callable, Optional

import torch
from torch.ao.quantization import backend_config as presets
from torch.ao.quantization import get_default_qat_qconfig_mapping, get_default_qconfig_mapping
from torch.ao.quantization.backend_config.executorch import get_executorch_backend_config
from torch.ao.quantization.backend_config.fbgemm import get_fbgemm_backend_config
from torch.ao.quantization.backend_config.onednn import get_onednn_backend_config
from torch.ao.quantization.backend_config.qnnpack import get_qnnpack_backend_config
from torch.ao.quantization.backend_config.x86 import get_x86_backend_config

BACKENDS = {
    "native": presets.get_native_backend_config,
    "x86": get_x86_backend_config,
    "fbgemm": get_fbgemm_backend_config,
    "qnnpack": get_qnnpack_backend_config,
    "onednn": get_onednn_backend_config,
    "tensorrt": presets.get_tensorrt_backend_config,
    "executorch": get_executorch_backend_config,
}


@dataclasses.dataclass
class Network:
    """One case. `model` and `inputs` are called with the random generator seeded by the name.

    `inputs(i)` makes batch i as a tuple; `mapping` is a QConfigMapping or the name of a default one; `backend` a name of
    BACKENDS or a BackendConfig. `steps` are those of training/qat: forward:i, sgd:i:lr and toggles.
    """

    name: str
    topic: str
    model: Callable[[], torch.nn.Module]
    inputs: Callable[[int], tuple]
    area: str = "graphs"
    training: bool = False
    engine: str = "x86"
    mapping: Any = None
    backend: Any = None
    prepare_custom: Any = None
    convert_custom: Any = None
    equalization: Any = None
    convert_options: dict = dataclasses.field(default_factory=dict)
    convert_mapping: Any = None
    converted_inputs: Optional[Callable[[int], tuple]] = None
    steps: tuple = ()
    batches: int = 2
    evaluations: int = 1
    targets: dict = dataclasses.field(default_factory=dict)

    def seed(self):
        return zlib.crc32(self.name.encode())

    def qconfig_mapping(self):
        """The mapping, and the call that makes it where it is a default one."""
        if self.mapping is not None and not isinstance(self.mapping, str):
            return self.mapping, None
        engine = self.mapping or self.engine
        if self.training:
            return get_default_qat_qconfig_mapping(engine), f'get_default_qat_qconfig_mapping("{engine}")'
        return get_default_qconfig_mapping(engine), f'get_default_qconfig_mapping("{engine}")'

    def backend_config(self):
        """The configuration (None for native) and its name in the document."""
        if self.backend is None or isinstance(self.backend, str):
            return (None if self.backend is None else BACKENDS[self.backend]()), self.backend
        return self.backend, "custom_" + self.backend.name
