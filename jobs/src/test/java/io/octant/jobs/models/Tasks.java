package io.octant.jobs.models;

import io.octant.pipeline.data.SampleField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * How good the outputs of a form of a model are, in a few words. Written {@code TASK} or {@code
 * TASK:OPTION}:
 *
 * <ul>
 *   <li>{@code top1}: share of samples whose largest value is where the float model has it
 *   <li>{@code label}: share of samples whose largest value is at the label
 *   <li>{@code above:X}: share of values on the same side of X as those of the float model
 *   <li>{@code cosine}: mean cosine with the float model's outputs
 *   <li>{@code centroid}: share of texts whose mean-pooled vector is nearest to that of its topic
 *       in the calibration data, and the mean cosine with the float model's vectors
 *   <li>{@code ctc:FILE}: character error against the printed text, the characters being the lines
 *       of the file in the model's package
 * </ul>
 */
final class Tasks {
  private Tasks() {}

  /** The outputs that a form of the model has for samples. */
  interface Form extends Function<List<Sample>, List<float[]>> {}

  /** What a task looks at besides outputs. */
  record Data(
      List<SampleField> fields, List<Sample> calibration, List<Sample> evaluation, Path model) {}

  /** The float form's own figure, or another's against it. */
  static String of(String spec, Data data, Form form, Form float32) throws IOException {
    int colon = spec.indexOf(':');
    String option = spec.substring(colon + 1);
    List<float[]> out = form.apply(data.evaluation());
    return switch (colon < 0 ? spec : spec.substring(0, colon)) {
      case "top1" -> share("agrees", top1(out, float32.apply(data.evaluation())));
      case "label" -> share("right", labels(out, data.evaluation()));
      case "above" ->
          share("agrees", above(out, float32.apply(data.evaluation()), Double.parseDouble(option)));
      case "cosine" -> share("cosine", cosine(out, float32.apply(data.evaluation())));
      case "centroid" -> {
        List<float[]> vectors = pooled(data, data.evaluation(), out);
        List<float[]> of = pooled(data, data.evaluation(), float32.apply(data.evaluation()));
        List<float[]> centres =
            centres(
                data.calibration(),
                pooled(data, data.calibration(), form.apply(data.calibration())));
        yield share("right", nearest(vectors, data.evaluation(), centres))
            + ", "
            + share("cosine", cosine(vectors, of));
      }
      case "ctc" -> share("error", characterError(out, data, option));
      default ->
          throw new IllegalArgumentException(
              "Cannot judge by " + spec + ", expected top1, label, above, cosine, centroid or ctc");
    };
  }

  /** Signal to noise over all samples, as the report of a job says it. */
  static String sqnr(List<float[]> out, List<float[]> of) {
    double signal = 0;
    double noise = 0;
    for (int s = 0; s < of.size(); s++) {
      for (int i = 0; i < of.get(s).length; i++) {
        double d = (double) of.get(s)[i] - out.get(s)[i];
        signal += (double) of.get(s)[i] * of.get(s)[i];
        noise += d * d;
      }
    }
    return noise == 0
        ? "equal"
        : String.format(Locale.ROOT, "%.1f dB", 10 * Math.log10(signal / noise));
  }

  private static String share(String what, double value) {
    return String.format(Locale.ROOT, "%s %.4f", what, value);
  }

  private static int largest(float[] values, int from, int to) {
    int best = from;
    for (int i = from; i < to; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best - from;
  }

  private static double top1(List<float[]> a, List<float[]> b) {
    int same = 0;
    for (int i = 0; i < a.size(); i++) {
      int of = largest(b.get(i), 0, b.get(i).length);
      same += largest(a.get(i), 0, a.get(i).length) == of ? 1 : 0;
    }
    return (double) same / a.size();
  }

  private static double labels(List<float[]> a, List<Sample> samples) {
    int right = 0;
    for (int i = 0; i < a.size(); i++) {
      right += largest(a.get(i), 0, a.get(i).length) == samples.get(i).label() ? 1 : 0;
    }
    return (double) right / a.size();
  }

  private static double above(List<float[]> a, List<float[]> b, double limit) {
    long same = 0;
    long all = 0;
    for (int i = 0; i < a.size(); i++) {
      for (int k = 0; k < a.get(i).length; k++) {
        same += a.get(i)[k] > limit == b.get(i)[k] > limit ? 1 : 0;
        all++;
      }
    }
    return (double) same / all;
  }

  private static double cosine(List<float[]> a, List<float[]> b) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      sum += cosine(a.get(i), b.get(i));
    }
    return sum / a.size();
  }

  private static double cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return aa == 0 || bb == 0 ? (aa == bb ? 1 : 0) : ab / Math.sqrt(aa * bb);
  }

  /** Means over the tokens that the mask leaves. */
  private static List<float[]> pooled(Data data, List<Sample> samples, List<float[]> states) {
    int mask = data.fields().stream().map(SampleField::input).toList().indexOf("attention_mask");
    List<float[]> out = new ArrayList<>();
    for (int s = 0; s < samples.size(); s++) {
      long[] counts = (long[]) samples.get(s).values().get(mask);
      float[] state = states.get(s);
      int width = state.length / counts.length;
      float[] mean = new float[width];
      long total = 0;
      for (int t = 0; t < counts.length; t++) {
        total += counts[t];
        for (int i = 0; counts[t] != 0 && i < width; i++) {
          mean[i] += state[t * width + i];
        }
      }
      for (int i = 0; i < width; i++) {
        mean[i] /= total;
      }
      out.add(mean);
    }
    return out;
  }

  private static List<float[]> centres(List<Sample> samples, List<float[]> vectors) {
    int topics = 1 + samples.stream().mapToInt(Sample::label).max().orElse(0);
    List<float[]> centres = new ArrayList<>();
    for (int topic = 0; topic < topics; topic++) {
      float[] sum = new float[vectors.get(0).length];
      for (int s = 0; s < vectors.size(); s++) {
        if (samples.get(s).label() == topic) {
          double norm = Math.sqrt(dot(vectors.get(s), vectors.get(s)));
          for (int i = 0; i < sum.length; i++) {
            sum[i] += (float) (vectors.get(s)[i] / norm);
          }
        }
      }
      centres.add(sum);
    }
    return centres;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static double nearest(
      List<float[]> vectors, List<Sample> samples, List<float[]> centres) {
    int right = 0;
    for (int s = 0; s < vectors.size(); s++) {
      int best = 0;
      for (int c = 0; c < centres.size(); c++) {
        best =
            cosine(vectors.get(s), centres.get(c)) > cosine(vectors.get(s), centres.get(best))
                ? c
                : best;
      }
      right += best == samples.get(s).label() ? 1 : 0;
    }
    return (double) right / vectors.size();
  }

  /** Edits between what is read and what is printed, for each printed character. */
  private static double characterError(List<float[]> out, Data data, String option)
      throws IOException {
    List<String> characters = Files.readAllLines(data.model().resolveSibling(option));
    long edits = 0;
    long printed = 0;
    for (int s = 0; s < out.size(); s++) {
      String text = data.evaluation().get(s).text();
      edits += distance(read(out.get(s), characters), text);
      printed += text.length();
    }
    return (double) edits / printed;
  }

  /** The best path: class 0 is the blank, one behind the characters the space. */
  private static String read(float[] scores, List<String> characters) {
    int classes = characters.size() + 2;
    StringBuilder out = new StringBuilder();
    int last = 0;
    for (int from = 0; from < scores.length; from += classes) {
      int best = largest(scores, from, from + classes);
      if (best != 0 && best != last) {
        out.append(best == classes - 1 ? " " : characters.get(best - 1));
      }
      last = best;
    }
    return out.toString().strip();
  }

  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
