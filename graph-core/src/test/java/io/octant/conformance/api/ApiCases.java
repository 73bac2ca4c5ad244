package io.octant.conformance.api;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which hand-written test covers which case. */
public final class ApiCases {
  private static final List<Class<?>> TESTS =
      List.of(
          ConfigurationApiTest.class,
          PrepareApiTest.class,
          ConvertApiTest.class,
          TensorApiTest.class);

  private ApiCases() {}

  /**
   * Tests, as {@code Class.method}, by the name of the case.
   *
   * @throws IllegalStateException if a case has two
   */
  public static Map<String, String> tests() {
    Map<String, String> out = new TreeMap<>();
    for (Class<?> type : TESTS) {
      for (Method method : type.getDeclaredMethods()) {
        ApiCase covered = method.getAnnotation(ApiCase.class);
        if (covered != null) {
          String test = type.getSimpleName() + "." + method.getName();
          String other = out.put(covered.value(), test);
          if (other != null) {
            throw new IllegalStateException(
                covered.value() + " is tested by " + other + " and " + test + ", expected one");
          }
        }
      }
    }
    return out;
  }
}
