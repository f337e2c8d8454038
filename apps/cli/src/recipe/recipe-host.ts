import { randomBytes } from "node:crypto"
import { SandboxHttp } from "@loom/integrations/sandbox/SandboxHttp"
import { httpTransport, SandboxTransport } from "@loom/integrations/sandbox/SandboxTransport"
import { testRunnerLayerWith } from "@loom/integrations/test-runner/TestRunnerLive"
import { WorkspaceLive } from "@loom/integrations/git/WorkspaceLive"
import { Layer, Redacted } from "effect"
import { machineDiscovery } from "../world/machine.ts"
import { discoverRegistries, type Registries } from "../world/registries.ts"
import { sandboxMounts, startSandboxHost, toolsFolder } from "../world/sandbox-host.ts"
import { makeWorldDirectory } from "../world/WorldDirectory.ts"

/** A sandbox host of this machine and nothing else of a world: enough to install and test, with no GitHub and no model. */
export interface RecipeHost extends AsyncDisposable {
  readonly url: string
  readonly token: string
  readonly registries: Registries
  readonly layer: ReturnType<typeof layerOf>
}

const layerOf = (url: string, token: string, registries: Registries) => {
  const transport = httpTransport({ baseUrl: url, token: Redacted.make(token) })
  const sandbox = SandboxHttp.pipe(Layer.provide(Layer.succeed(SandboxTransport, transport)))
  return Layer.mergeAll(testRunnerLayerWith({ sandboxEnv: registries.env }), WorkspaceLive).pipe(Layer.provideMerge(sandbox))
}

/** `statesDir`: where installed states are kept; null: where all worlds of this checkout keep them. */
export const startRecipeHost = async (root: string, env: NodeJS.ProcessEnv, statesDir: string | null = null): Promise<RecipeHost> => {
  const directory = makeWorldDirectory(root, "recipe", false)
  try {
    const token = randomBytes(32).toString("hex")
    const registries = await discoverRegistries(machineDiscovery(env, root))
    const host = await startSandboxHost({
      root,
      directory,
      token,
      mounts: sandboxMounts(toolsFolder(root, env), process.execPath, registries.directories),
      statesDir,
    })
    return {
      url: host.url,
      token,
      registries,
      layer: layerOf(host.url, token, registries),
      [Symbol.asyncDispose]: async () => {
        await host.close()
        directory.remove()
      },
    }
  } catch (error) {
    directory.remove()
    throw error
  }
}
