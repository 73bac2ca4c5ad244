/**
 * What an evaluation of many candidates came to, as a table: JSON, CSV and a page. The bytes of the
 * first two follow from models and data alone; what was measured in seconds stands apart.
 */
@NullMarked
package io.octant.pipeline.leaderboard;

import org.jspecify.annotations.NullMarked;
