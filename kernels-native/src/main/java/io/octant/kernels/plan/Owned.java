package io.octant.kernels.plan;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.List;

/**
 * Native objects of one owner. They are freed, last taken first, when it closes them; or, with a
 * warning, once the owner is unreachable and nobody has. Not thread-safe until built.
 */
final class Owned implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Owned.class.getName());
  private static final Cleaner CLEANER = Cleaner.create();

  /** What the cleaner keeps; it must not reach the owner. */
  private static final class State implements Runnable {
    private final List<AutoCloseable> objects = new ArrayList<>();
    private String leaked = "";

    @Override
    public void run() {
      if (!leaked.isEmpty()) {
        LOG.log(Level.WARNING, "Freed " + leaked + " that nobody closed, expected close()");
      }
      free();
    }

    void free() {
      for (int i = objects.size() - 1; i >= 0; i--) {
        try {
          objects.get(i).close();
        } catch (Exception e) {
          throw new IllegalStateException("Cannot free native object: " + e.getMessage(), e);
        }
      }
      objects.clear();
    }
  }

  private final State state = new State();
  private Cleaner.Cleanable guard = state::free;

  /** Adds an object. */
  <T extends AutoCloseable> T take(T object) {
    state.objects.add(object);
    return object;
  }

  /** Adds something to do after all objects are freed. */
  void afterwards(AutoCloseable action) {
    state.objects.add(0, action);
  }

  /** Ends building: from now on the objects go with {@code owner} at the latest. */
  void guard(Object owner, String description) {
    state.leaked = description;
    guard = CLEANER.register(owner, state);
  }

  /** Frees the objects; once only. */
  @Override
  public void close() {
    state.leaked = "";
    guard.clean();
  }
}
