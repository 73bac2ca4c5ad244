package io.octant.jobs.models;

import io.octant.pipeline.data.SampleField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Sound at 16 kHz with what speech has: a gliding voice with formants, syllables, hisses and
 * pauses, before noise. A model with states gets the samples of a recording one after the other,
 * each with the states that its float form has left, so that what is calibrated on has states as in
 * use.
 */
final class Sound {
  private static final int RATE = 16_000;

  /** Samples of one recording. */
  private static final int PIECES = 32;

  private Sound() {}

  /**
   * Samples in order.
   *
   * @param states {@code INPUT=OUTPUT,…}: the inputs that hold what an output was before; empty for
   *     none
   */
  static List<Sample> of(
      List<SampleField> fields, int count, Random random, String states, FloatModel model) {
    int length = fields.get(0).numel();
    Map<String, String> outputs = new LinkedHashMap<>();
    for (String pair : states.isEmpty() ? new String[0] : states.split(",")) {
      outputs.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    List<Sample> out = new ArrayList<>();
    while (out.size() < count) {
      float[] sound = recording(PIECES * length, random);
      List<Object> state = new ArrayList<>();
      fields.subList(1, fields.size()).forEach(f -> state.add(new float[f.numel()]));
      for (int i = 0; i < PIECES && out.size() < count; i++) {
        List<Object> values = new ArrayList<>();
        values.add(java.util.Arrays.copyOfRange(sound, i * length, (i + 1) * length));
        values.addAll(state);
        Sample sample = new Sample(values, -1, "");
        out.add(sample);
        if (!outputs.isEmpty()) {
          Map<String, float[]> made = model.run(sample);
          for (int s = 0; s < state.size(); s++) {
            state.set(s, made.get(outputs.get(fields.get(1 + s).input())));
          }
        }
      }
    }
    return out;
  }

  private static float[] recording(int length, Random random) {
    float[] out = new float[length];
    double noise = 0.001 + 0.02 * random.nextDouble();
    for (int i = 0; i < length; i++) {
      out[i] = (float) (noise * random.nextGaussian());
    }
    int at = random.nextInt(RATE / 2);
    while (at < length) {
      int syllable = RATE / 12 + random.nextInt(RATE / 4);
      if (random.nextInt(5) == 0) {
        hiss(out, at, syllable / 2, random);
      } else {
        voice(out, at, syllable, random);
      }
      at += syllable + (random.nextInt(4) == 0 ? random.nextInt(RATE) : random.nextInt(RATE / 10));
    }
    return out;
  }

  private static void voice(float[] out, int from, int length, Random random) {
    double pitch = 90 + 140 * random.nextDouble();
    double glide = 0.8 + 0.4 * random.nextDouble();
    double[] formants = {
      300 + 500 * random.nextDouble(),
      900 + 1400 * random.nextDouble(),
      2500 + 800 * random.nextDouble()
    };
    double loudness = 0.05 + 0.2 * random.nextDouble();
    double phase = 0;
    for (int i = 0; i < length && from + i < out.length; i++) {
      double part = (double) i / length;
      double f0 = pitch * (1 + (glide - 1) * part);
      phase += 2 * Math.PI * f0 / RATE;
      double v = 0;
      for (int h = 1; h * f0 < 4000; h++) {
        double strength = 0;
        for (int k = 0; k < formants.length; k++) {
          double d = (h * f0 - formants[k]) / (80 + 60 * k);
          strength += 1 / (1 + d * d) / (1 + k);
        }
        v += strength * Math.sin(h * phase);
      }
      out[from + i] += (float) (loudness * v * Math.sin(Math.PI * part));
    }
  }

  private static void hiss(float[] out, int from, int length, Random random) {
    double last = 0;
    for (int i = 0; i < length && from + i < out.length; i++) {
      double v = random.nextGaussian();
      out[from + i] += (float) (0.05 * (v - last) * Math.sin(Math.PI * i / length));
      last = v;
    }
  }
}
