/** LSTM, GRU and RNN, whole and as cells, and their settings. */
@NullMarked
package io.octant.nn.recurrent;

import org.jspecify.annotations.NullMarked;
