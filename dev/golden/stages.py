"""Records one network: fuse, prepare, calibrate or train, convert three ways, and what every stage computes."""

import copy
import warnings

import torch
from torch.ao.quantization import disable_observer
from torch.ao.quantization.fx.custom_config import FuseCustomConfig, PrepareCustomConfig
from torch.ao.quantization.fx.tracer import QuantizationTracer
from torch.ao.quantization.fx.utils import get_skipped_module_name_and_classes
from torch.ao.quantization.quantize_fx import (
    _convert_to_reference_decomposed_fx,
    _fuse_fx,
    _swap_ff_with_fxff,
    convert_fx,
    convert_to_reference_fx,
    prepare_fx,
    prepare_qat_fx,
)
from torch.fx import GraphModule, Interpreter

import graphs
import observers
import training
from configs import Configs, backend_definition
from encoding import Encoder, raised

# These run reference graphs with compilers of their own; nothing lowers for them.
REFERENCE_ONLY = ("tensorrt", "executorch")


class Recording:
    def __init__(self, network):
        self.network = network
        self.encoder = Encoder()
        self.configs = Configs(self.encoder)
        self.outputs = {}
        self.expected = {}

    def document(self):
        """The document; its tensors are in `encoder`."""
        n = self.network
        torch.manual_seed(n.seed())
        torch.backends.quantized.engine = n.engine
        self.mapping, recipe = n.qconfig_mapping()
        self.backend, backend_name = n.backend_config()
        model = n.model()
        model.train(n.training)
        examples = n.inputs(-1)
        self.batches = [n.inputs(i) for i in range(n.batches)]
        self.evaluations = [n.inputs(n.batches + i) for i in range(n.evaluations)]
        self.converted_evaluations = self.evaluations
        if n.converted_inputs:
            self.converted_evaluations = [n.converted_inputs(i) for i in range(n.evaluations)]
        document = {"name": n.name, "area": n.area, "topic": n.topic, "training": n.training, "engine": n.engine}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            document["float"] = self.float_stage(model)
            document["config"] = self.config(recipe, backend_name)
            document["example_inputs"] = self.encoder.value(examples, "example")
            document["calibration"] = self.encode_batches(self.batches, "calib")
            document["eval_inputs"] = self.encode_batches(self.evaluations, "eval")
            if n.converted_inputs:
                document["eval_inputs_converted"] = self.encode_batches(self.converted_evaluations, "qeval")
            self.stages(model, examples)
        self.expected["outputs"] = self.outputs
        document["expected"] = self.expected
        document["qconfigs"] = self.configs.qconfigs
        return document

    def encode_batches(self, batches, label):
        return [self.encoder.value(tuple(b), f"{label}{i}") for i, b in enumerate(batches)]

    def float_stage(self, model):
        _swap_ff_with_fxff(model)
        custom = self.network.prepare_custom or PrepareCustomConfig()
        tracer = QuantizationTracer(*get_skipped_module_name_and_classes(custom, False))
        model = copy.deepcopy(model)  # tracing leaves constants behind
        self.traced = GraphModule(model, tracer.trace(model))
        self.traced.train(model.training)
        out = graphs.stage(self.encoder, self.traced, "float")
        out["node_name_to_scope"] = graphs.scopes(tracer)
        self.run("float", copy.deepcopy(self.traced).eval(), self.evaluations)
        return out

    def config(self, recipe, backend_name):
        n = self.network
        options = dict(n.convert_options)
        if n.convert_mapping is not None:
            options["qconfig_mapping"] = self.configs.mapping(n.convert_mapping)
        out = {
            "recipe": recipe,
            "backend_config": backend_name,
            "qconfig_mapping": self.configs.mapping(self.mapping),
            "prepare_custom_config": self.configs.prepare_custom(n.prepare_custom),
            "convert_custom_config": self.configs.convert_custom(n.convert_custom),
            "equalization_config": self.configs.mapping(n.equalization),
        }
        if options:
            out["convert_options"] = options
        if backend_name is not None and backend_name.startswith("custom_"):
            out["backend_config_definition"] = backend_definition(self.backend)
        return out

    def attempt(self, stage, action):
        """The result, or None after noting that the stage raises."""
        try:
            return action()
        except Exception as e:
            self.expected.setdefault("errors", {})[stage] = raised(e)
            return None

    def stages(self, model, examples):
        n = self.network
        fused = self.attempt(
            "fused", lambda: _fuse_fx(copy.deepcopy(self.traced), n.training, FuseCustomConfig(), self.backend)
        )
        if fused is not None:
            self.expected["fused"] = graphs.stage(self.encoder, fused, "fused")
            if not n.training:
                self.run("fused", fused.eval(), self.evaluations)
        prepared = self.attempt("prepare", lambda: self.prepare(model, examples))
        if prepared is None:
            return
        self.expected["prepared"] = self.prepared_stage(prepared)
        if self.attempt("calibration", lambda: self.calibrate(prepared)) is None:
            return
        for stage in ("converted", "reference", "decomposed"):
            if stage != "converted" or n.backend not in REFERENCE_ONLY:
                self.convert(stage, prepared)

    def prepare(self, model, examples):
        n = self.network
        if n.training:
            return prepare_qat_fx(copy.deepcopy(model), self.mapping, examples, n.prepare_custom, self.backend)
        return prepare_fx(copy.deepcopy(model), self.mapping, examples, n.prepare_custom, n.equalization, self.backend)

    def prepared_stage(self, prepared):
        out = graphs.stage(self.encoder, prepared, "prepared")
        attrs = prepared.meta["_observed_graph_module_attrs"]
        out["shared_observers"] = observers.shared(prepared)
        out["node_name_to_qconfig"] = {k: self.configs.key(q) for k, q in attrs.node_name_to_qconfig.items()}
        out["observed_node_names"] = sorted(attrs.observed_node_names)
        if self.network.equalization is not None:
            out["node_name_to_equalization_qconfig"] = {
                k: self.configs.key(q) for k, q in attrs.equalization_node_name_to_qconfig.items()
            }
        custom = self.network.prepare_custom
        if custom is not None and custom.preserved_attributes:
            out["preserved_attributes"] = {a: hasattr(prepared, a) for a in custom.preserved_attributes}
        return out

    def calibrate(self, prepared):
        n = self.network
        if n.training:
            self.expected["qat_steps"] = training.run(self.encoder, prepared, n.steps, self.batches, dict(n.targets))
            prepared.eval()
        else:
            with torch.no_grad():
                for batch in self.batches:
                    prepared(*batch)
        self.expected["observers"] = observers.states(prepared, with_qparams=True)
        if n.equalization is not None:
            self.expected["equalization_scales"] = observers.equalization_scales(prepared)
        evaluated = copy.deepcopy(prepared)
        evaluated.apply(disable_observer)
        self.run("prepared", evaluated, self.evaluations)
        return prepared

    def convert(self, stage, prepared):
        n = self.network
        prepared = copy.deepcopy(prepared)
        given = {
            "convert_custom_config": n.convert_custom,
            "qconfig_mapping": n.convert_mapping,
            "backend_config": self.backend,
        }
        call = {
            "converted": convert_fx,
            "reference": convert_to_reference_fx,
            "decomposed": _convert_to_reference_decomposed_fx,
        }[stage]
        if stage != "decomposed":
            if "_remove_qconfig" in n.convert_options:
                given["_remove_qconfig"] = n.convert_options["_remove_qconfig"]
        if stage == "converted" and "keep_original_weights" in n.convert_options:
            given["keep_original_weights"] = n.convert_options["keep_original_weights"]
        model = self.attempt(stage, lambda: call(prepared, **given))
        if model is None:
            return
        out = graphs.stage(self.encoder, model, stage)
        kept = n.convert_custom.preserved_attributes if n.convert_custom is not None else []
        if kept:
            out["preserved_attributes"] = {a: hasattr(model, a) for a in kept}
        if n.convert_options.get("_remove_qconfig") is False:
            out["modules_with_qconfig"] = sorted(
                p for p, m in model.named_modules() if getattr(m, "qconfig", None) is not None
            )
        self.expected[stage] = out
        trace = self.run(stage, model, self.converted_evaluations)
        if stage == "converted" and trace:
            out["trace"] = {
                k: self.encoder.quantized(v, f"trace.{k}")
                for k, v in trace.items()
                if isinstance(v, torch.Tensor) and v.is_quantized
            }

    def run(self, stage, model, batches):
        """Records the outputs of all batches; returns the intermediate values of the first."""
        first, rows = {}, []
        try:
            with torch.no_grad():
                for i, batch in enumerate(batches):
                    tracing = Tracing(model, first if i == 0 else {})
                    rows.append(self.encoder.value(tracing.run(*batch), f"out.{stage}{i}"))
        except Exception as e:
            self.expected.setdefault("errors", {})[stage + "_run"] = raised(e)
            return None
        self.outputs[stage] = rows
        return first


class Tracing(Interpreter):
    """Runs a graph and keeps a copy of each value: some operators work in place."""

    def __init__(self, model, values):
        super().__init__(model, garbage_collect_values=False)
        self.extra_traceback = False
        self.values = values

    def run_node(self, n):
        out = super().run_node(n)
        if n.op != "output":
            self.values[n.name] = out.clone() if isinstance(out, torch.Tensor) else out
        return out
