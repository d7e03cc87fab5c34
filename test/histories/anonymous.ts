/** Fields that name the machine or the files of whoever recorded; replay needs none of them. */
const dropped = new Set(['identity', 'stackTrace', 'inheritedBuildId', 'binaryChecksum']);

export function anonymous(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(anonymous);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !dropped.has(name))
      .map(([name, inner]) => [name, anonymous(inner)]),
  );
}
