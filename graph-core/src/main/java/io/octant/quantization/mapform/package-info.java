/**
 * Quantization configurations as plain maps and lists, the form that JSON files hold and that
 * PyTorch's {@code from_dict} and {@code to_dict} use.
 *
 * <p>Everything that JSON has no value for is an object with one key: {@code {"dtype":
 * "torch.quint8"}}, {@code {"qscheme": …}}, {@code {"class": …}}, {@code {"function": …}}, {@code
 * {"method": …}}, {@code {"tuple": […]}}. An observer is {@code {"ctor": …, "kwargs": {…}}}. An
 * unknown key is an error that names the nearest valid one.
 */
@NullMarked
package io.octant.quantization.mapform;

import org.jspecify.annotations.NullMarked;
