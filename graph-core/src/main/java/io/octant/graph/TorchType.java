package io.octant.graph;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The public PyTorch name of a module class; configuration, patterns and printed graphs use it. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface TorchType {
  /** The name with its package, such as {@code torch.nn.Linear}. */
  String value();
}
