import { randomHex } from './random.ts'

const adjectives = (
  'agile amber ample azure brave breezy bright brisk calm candid careful clever cosy crisp curious daring deft eager ' +
  'early easy fair fancy fleet fond frank fresh gentle glad golden grand happy hardy honest humble jolly keen kind ' +
  'light lively loyal lucid lucky mellow merry mild modest neat nimble noble patient plain polite proud quick quiet ' +
  'rapid ready robust rosy serene sharp silent silver simple smooth snug sober solid spry steady stout sunny swift tidy'
).split(' ')

const nouns = (
  'acorn anchor apple arrow badger bamboo beacon birch bobcat breeze brook canyon cedar cloud clover comet copper ' +
  'coral crane creek cricket daisy delta dingo dolphin ember falcon fern finch fjord forest fox gale garnet glacier ' +
  'hare harbor hazel heron island ivy jasper juniper kelp kestrel lagoon lantern larch lark lichen lynx maple marble ' +
  'meadow mole moss nectar oak olive onyx opal orchid osprey otter pebble pine plover pond poppy quartz raven reef robin'
).split(' ')

const pick = (words: readonly string[]) => words[Number.parseInt(randomHex(2), 16) % words.length]!

/** A name for a container that got none: `adjective_noun`, with a number once those get scarce. */
export function randomName(isTaken: (name: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const plain = `${pick(adjectives)}_${pick(nouns)}`
    const name = attempt < 10 ? plain : `${plain}${Number.parseInt(randomHex(2), 16)}`
    if (!isTaken(name)) return name
  }
}
