import type { Components, Registries } from '@runcible/interface'
import { type OciImageStoreInit, shortNames } from '../init.ts'
import { normalizeReference, parseReference, repositoryName } from '../reference.ts'
import { shortNameChoices } from '../short-names.ts'
import { transportOf } from '../transport/parse-transport.ts'

/** Registries by the settings of an image store. Each operation is loaded when it is first called. */
export function ociRegistries(init: OciImageStoreInit = {}): (components: Pick<Components, 'state'>) => Registries {
  return ({ state }) => {
    const context = { init, state }
    return {
      login: async (place, request, options) => (await import('./login.ts')).logIn(context, place, request, options),
      user: async (place, files) => (await import('./login.ts')).storedUser(init, place, files),
      logout: async (place, files) => (await import('./login.ts')).logOut(context, place, files),
      logoutAll: async (files) => (await import('./login.ts')).logOutEverywhere(context, files),
      search: async (term, request, options) =>
        (await import('./search.ts')).searchImages(init, term, request, options),
      choices: (name) => (transportOf(name) === undefined ? shortNameChoices(name, shortNames(init)) : []),
      remember(name, meaning) {
        init.registries?.rememberAlias?.(parseReference(name).repository, repositoryName(normalizeReference(meaning)))
      },
      defaults: () => shortNames(init)().search,
      tags: async (location, request, options) => (await import('./tags.ts')).tagsAt(init, location, request, options),
      inspect: async (location, request, options) =>
        (await import('./remote-image.ts')).inspectLocation(init, location, request, options),
      remove: async (location, request, options) =>
        (await import('./remote-image.ts')).removeAt(init, location, request, options)
    }
  }
}
