/**
 * Stores in processes of their own, for tests tagged {@code cluster}: an S3 endpoint with a proxy
 * before it that makes faults, and HDFS. {@code dev/servers/fetch} brings their jars.
 */
package io.octant.jobs.store;
