/**
 * Job configuration: HOCON files and {@code --set} arguments become immutable, validated records.
 *
 * <p>{@link io.octant.jobs.config.Keys} is the one table of keys: loading, checking for unknown
 * keys, the help of the command line and the table in the README all follow it. Values of the
 * command line go before those of the file, and those before the defaults. A relative path in a
 * file is relative to the folder of that file (as in an include); one on the command line is
 * relative to the working directory.
 *
 * <p>Knows neither Spark nor the command-line parser.
 */
@NullMarked
package io.octant.jobs.config;

import org.jspecify.annotations.NullMarked;
