package io.octant.pipeline.data.splits;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * One iterator behind the other, each made when its turn comes.
 *
 * @param <S> what they are made from
 * @param <T> what they give
 */
final class Chain<S, T> implements Iterator<T> {
  private final Iterator<S> sources;
  private final Function<S, Iterator<T>> opener;
  private Iterator<T> current = Collections.emptyIterator();

  Chain(Iterator<S> sources, Function<S, Iterator<T>> opener) {
    this.sources = sources;
    this.opener = opener;
  }

  @Override
  public boolean hasNext() {
    while (!current.hasNext()) {
      if (!sources.hasNext()) {
        return false;
      }
      current = opener.apply(sources.next());
    }
    return true;
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return current.next();
  }
}
