"""Writes small models quantized by ONNX Runtime 1.30's quantize_static into the folder of this file."""
import numpy as np, onnx, os
from onnx import helper as h, TensorProto as T, numpy_helper as nh
from onnxruntime.quantization import quantize_static, CalibrationDataReader, QuantType, QuantFormat
out = os.path.dirname(os.path.abspath(__file__))
r = np.random.default_rng(5)
f = lambda *s: r.standard_normal(s).astype(np.float32)
init = [nh.from_array(v, n) for n, v in dict(w1=f(4,3,3,3)*.3, b1=f(4), w2=f(4,4,3,3)*.3, b2=f(4), w3=f(5,4)*.5, b3=f(5)).items()]
nodes = [
 h.make_node('Conv',['x','w1','b1'],['c1'],name='conv1',pads=[1,1,1,1]),
 h.make_node('Relu',['c1'],['r1'],name='relu1'),
 h.make_node('Conv',['r1','w2','b2'],['c2'],name='conv2',pads=[1,1,1,1]),
 h.make_node('Add',['c2','r1'],['a'],name='add'),
 h.make_node('Relu',['a'],['r2'],name='relu2'),
 h.make_node('GlobalAveragePool',['r2'],['g'],name='pool'),
 h.make_node('Flatten',['g'],['f'],name='flatten'),
 h.make_node('Gemm',['f','w3','b3'],['y'],name='fc',transB=1)]
g = h.make_graph(nodes,'small',[h.make_tensor_value_info('x',T.FLOAT,['N',3,6,6])],[h.make_tensor_value_info('y',T.FLOAT,['N',5])],init)
m = h.make_model(g,opset_imports=[h.make_opsetid('',17)],ir_version=8)
x = f(8,3,6,6)
onnx.save(m, 'float.onnx')
class Reader(CalibrationDataReader):
    def __init__(s): s.it = iter([{'x':x}])
    def get_next(s): return next(s.it,None)
for name, act, wt, per, only in [('qdq_u8s8_tensor',QuantType.QUInt8,QuantType.QInt8,False,None),('qdq_u8s8_channel',QuantType.QUInt8,QuantType.QInt8,True,None),
    ('qdq_s8s8_channel',QuantType.QInt8,QuantType.QInt8,True,None),('qdq_u8u8_tensor',QuantType.QUInt8,QuantType.QUInt8,False,None),('qdq_part',QuantType.QUInt8,QuantType.QInt8,True,['conv1','relu1'])]:
    quantize_static('float.onnx','q.onnx',Reader(),quant_format=QuantFormat.QDQ,activation_type=act,weight_type=wt,per_channel=per,nodes_to_quantize=only,extra_options=dict(ActivationSymmetric=act==QuantType.QInt8))
    os.replace('q.onnx', os.path.join(out, name[4:] + '.onnx'))
os.remove('float.onnx')
