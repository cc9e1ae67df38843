package dev.kindling.data;

/**
 * A dataset in two parts that share no example.
 *
 * @param train what is learned from
 * @param test what is held back to measure on
 */
public record Split(Dataset train, Dataset test) {}
