package io.octant.pipeline.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was thrown, its cause, the cause of that, and so on; a chain that closes ends there. */
public final class CauseChain implements Iterable<Throwable> {
  private final List<Throwable> links = new ArrayList<>();

  private CauseChain() {}

  /** The chain that starts at what was thrown. */
  public static CauseChain of(Throwable thrown) {
    CauseChain chain = new CauseChain();
    Set<Throwable> met = Collections.newSetFromMap(new IdentityHashMap<>());
    @Nullable Throwable link = thrown;
    while (link != null && met.add(link)) {
      chain.links.add(link);
      link = link.getCause();
    }
    return chain;
  }

  /** The outermost first. */
  @Override
  public Iterator<Throwable> iterator() {
    return Collections.unmodifiableList(links).iterator();
  }

  /** The last link: what caused everything else. */
  public Throwable innermost() {
    return links.get(links.size() - 1);
  }
}
