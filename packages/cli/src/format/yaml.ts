/** Plain data as YAML: objects, lists, text, numbers, booleans. */
export function toYaml(value: unknown): string {
  return `${lines(value).join('\n')}\n`
}

function lines(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item) => prefixFirst('- ', lines(item)))
  if (isObject(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, item]) => entry(key, item))
  return [scalar(value)]
}

function entry(key: string, value: unknown): readonly string[] {
  const below = lines(value)
  const nested = (Array.isArray(value) && value.length > 0) || (isObject(value) && Object.keys(value).length > 0)
  if (!nested) return [`${key}: ${below[0]}`]
  return [`${key}:`, ...(Array.isArray(value) ? below : below.map((line) => `  ${line}`))]
}

function prefixFirst(prefix: string, text: readonly string[]): readonly string[] {
  return text.map((line, at) => (at === 0 ? prefix : ' '.repeat(prefix.length)) + line)
}

function scalar(value: unknown): string {
  if (Array.isArray(value)) return '[]'
  if (isObject(value)) return '{}'
  if (typeof value !== 'string') return value === undefined || value === null ? 'null' : String(value)
  return needsQuotes(value) ? JSON.stringify(value) : value
}

function needsQuotes(text: string): boolean {
  return (
    !/^[A-Za-z/_(][\w ./:@+,()=-]*$/.test(text) ||
    /^(true|false|null|yes|no|on|off|y|n)$/i.test(text) ||
    / $|: |:$| #/.test(text)
  )
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
