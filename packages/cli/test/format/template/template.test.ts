import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileTemplate } from '../../../src/format/template/template.ts'
import { isUsageError } from '../../../src/usage-error.ts'

const map = (entries: Readonly<Record<string, unknown>>): unknown => Object.assign(Object.create(null), entries)
const data = {
  Id: 'abc',
  Name: 'web',
  Names: ['a', 'b'],
  State: { Status: 'running', Pid: 42, OOMKilled: false },
  Labels: map({ k: 'v', 'a.b': 'dotted' }),
  network_interface: 'br0',
  Nothing: null,
  Ratio: 1.5,
  Label: (key: unknown) => `<${String(key)}>`
}
const render = (source: string): string => compileTemplate(source).render(data)

// Each expectation is what Go's text/template gives for the same value.
const cases: readonly (readonly [source: string, output: string])[] = [
  ['plain', 'plain'],
  ['{{.Name}}', 'web'],
  ['{{ .State.Status }}:{{.State.Pid}}', 'running:42'],
  ['{{.Names}} {{.Labels}} {{.State}}', '[a b] map[a.b:dotted k:v] {running 42 false}'],
  ['{{.Nothing}}', '<nil>'],
  ['{{.Labels.nope}}', '<no value>'],
  ['{{index .Labels "a.b"}}{{index .Labels "nope"}}{{index .Names 1}}', 'dottedb'],
  ['{{.ID}} {{.NetworkInterface}}', 'abc br0'],
  ['{{.Label "x"}} {{"y" | .Label}}', '<x> <y>'],
  [
    '{{json .Names}} {{json .Name}} {{.State | json}}',
    '["a","b"] "web" {"Status":"running","Pid":42,"OOMKilled":false}'
  ],
  ['{{join .Names ", "}} {{upper .Name}} {{title "ab cd"}} {{lower "AB"}}', 'a, b WEB Ab Cd ab'],
  ['{{split "a:b" ":"}} {{len .Names}} {{len "héé"}} {{slice .Id 1 2}}', '[a b] 2 5 b'],
  ['{{truncate "abcdef" 3}}[{{pad "x" 1 2}}]', 'abc[ x  ]'],
  [
    '{{printf "%s-%d %5s|%-5s|%05d %q %.2f %x %t %v%%" .Name .State.Pid "r" "l" 7 "q" .Ratio 255 true .Names}}',
    'web-42     r|l    |00007 "q" 1.50 ff true [a b]%'
  ],
  ['{{printf "%d" "x"}} {{printf "%s"}} {{printf "a" 1}}', '%!d(string=x) %!s(MISSING) a%!(EXTRA number=1)'],
  ['{{print 1 2}} {{print "a" 1 "b"}} {{println "x"}}|', '1 2 a1b x\n|'],
  ['{{if .State.OOMKilled}}yes{{else if eq .Name "web"}}web{{else}}no{{end}}', 'web'],
  ['{{if and .Name (not .Nothing)}}a{{end}}{{if or .Nothing ""}}b{{else}}c{{end}}', 'ac'],
  ['{{and 1 0 2}} {{or 0 "" "x"}}', '0 x'],
  [
    '{{eq .Name "x" "web"}} {{ne 1 2}} {{lt 1 2}} {{le 2 2}} {{gt "b" "a"}} {{ge 1 2}}',
    'true true true true true false'
  ],
  ['{{range .Names}}<{{.}}>{{end}}', '<a><b>'],
  ['{{range $i, $n := .Names}}{{$i}}={{$n}} {{end}}', '0=a 1=b '],
  ['{{range $k, $v := .Labels}}{{$k}}={{$v}};{{end}}', 'a.b=dotted;k=v;'],
  ['{{range .Nothing}}x{{else}}empty{{end}}', 'empty'],
  ['{{range .Names}}{{if eq . "b"}}{{break}}{{end}}{{.}}{{end}}', 'a'],
  ['{{range .Names}}{{if eq . "a"}}{{continue}}{{end}}{{.}}{{end}}', 'b'],
  ['{{range .Names}}{{$.Name}}{{end}}', 'webweb'],
  ['{{range 3}}{{.}}{{end}}', '012'],
  ['{{with .State}}{{.Pid}}{{end}}{{with .Nothing}}x{{else}}none{{end}}', '42none'],
  ['{{$x := .Name}}{{$x}}{{$x = "new"}}{{$x}}', 'webnew'],
  ['{{(index .Names 0) | upper}} {{(.State).Pid}}', 'A 42'],
  ['a  {{- .Name -}}  b', 'awebb'],
  ['a {{/* comment */}} b {{- /* c */ -}} d', 'a  b d'.replace(' d', 'd')],
  ['{{"q\\"\\n\\u00e9"}}{{`raw\\n`}}', 'q"\né' + 'raw\\n'],
  ['{{.}}', '{abc web [a b] {running 42 false} map[a.b:dotted k:v] br0 <nil> 1.5 ' + String(data.Label) + '}'],
  ['{{html "<a&b>"}} {{urlquery "a b&c"}}', '&lt;a&amp;b&gt; a+b%26c'],
  ['{{true}} {{1.5}} {{-3}} {{0x10}}', 'true 1.5 -3 16']
]

describe('compileTemplate', () => {
  it.each(cases)('%s', (source, output) => {
    expect(render(source)).toBe(output)
  })

  it.each([
    ['{{.Nope}}', "can't evaluate field Nope"],
    ['{{.Name.X}}', "can't evaluate field X in type string"],
    ['{{.Nothing.X}}', 'nil pointer evaluating .X'],
    ['{{.ID', 'unclosed action'],
    ['{{', 'unclosed action'],
    ['{{}}', 'missing value for command'],
    ['{{nope .}}', 'function "nope" not defined'],
    ['{{constructor}}', 'function "constructor" not defined'],
    ['{{$x}}', 'undefined variable "$x"'],
    ['{{if .Name}}', '{{if}} without {{end}}'],
    ['{{end}}', 'unexpected {{end}}'],
    ['{{else}}', 'unexpected {{else}}'],
    ['{{break}}', 'outside {{range}}'],
    ['{{template "x"}}', 'not supported'],
    ['{{"a}}', 'unterminated quoted string'],
    ['{{.Name "x"}}', "can't give argument to non-function .Name"],
    ['{{index .Names 5}}', 'index out of range: 5'],
    ['{{range .Ratio}}{{end}}', "range can't iterate over 1.5"],
    ['{{/* open', 'unclosed comment'],
    ['{{(.Name}}', 'unexpected <close>'],
    ['{{.A | }}', 'missing value for command']
  ])('%s is refused', (source, message) => {
    expect(() => render(source)).toThrow(message)
    expect(() => render(source)).toThrow(/^invalid --format: /)
  })

  it('gives back text without actions', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('{{')),
        (text) => {
          expect(render(text)).toBe(text)
        }
      )
    )
  })

  it('prints any text as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(compileTemplate('[{{.X}}]').render({ X: text })).toBe(`[${text}]`)
        expect(JSON.parse(compileTemplate('{{json .X}}').render({ X: text }))).toBe(text)
      })
    )
  })

  it('either renders or says that the template is wrong', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{{-',
      '-}}',
      '.',
      '.Name',
      '$',
      '$x',
      ' ',
      '|',
      '(',
      ')',
      '"',
      '`',
      'if',
      'else',
      'end',
      'range',
      'with',
      ':=',
      ',',
      'json',
      'index',
      'printf',
      '%s',
      '1',
      'text'
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        try {
          render(pieces.join(''))
        } catch (error) {
          expect(isUsageError(error), String(error)).toBe(true)
        }
      }),
      { numRuns: 2000 }
    )
  })

  it.each(['{', '{{- ', ' ', '"', '(', '\\', '{{"a" ', '$x,'])('comes to an end with 64 KiB of %j', (worst) => {
    const source = worst.repeat(65_536 / worst.length)
    for (const text of [
      source,
      `{{${source}`,
      `{{${source}}}`,
      '{{if 1}}'.repeat(8192),
      '{{if 0}}{{else if 1}}'.repeat(3000)
    ]) {
      try {
        expect(render(text)).toBeTypeOf('string')
      } catch (error) {
        expect(isUsageError(error), String(error)).toBe(true)
      }
    }
  })
})
