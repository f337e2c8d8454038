import { Enums, Models, Serialize, Spec, Validation } from "@cyclonedx/cyclonedx-library"
import { PackageURL } from "packageurl-js"
import type { Installed } from "./inventory.ts"

/** Debian's release of the base (Dockerfile, BASE). */
const DISTRO = "debian-13"

const purlOf = ({ architecture, kind, name, version }: Installed): PackageURL => {
  if (kind === "deb")
    return new PackageURL("deb", "debian", name, version, { ...(architecture === null ? {} : { arch: architecture }), distro: DISTRO })
  if (kind === "node") return new PackageURL("generic", undefined, "node", version, undefined, name.slice(1))
  const [scope, rest] = name.startsWith("@") ? name.split("/") : [undefined, name]
  return new PackageURL("npm", scope, rest ?? name, version)
}

/**
 * What is in the image, as CycloneDX 1.6 in JSON: Debian packages, what npm brought, and each Node. The same image gives the same
 * bytes: no time, no random serial number. @throws Error when the official schema finds fault with it
 */
export const sbomOf = async (
  installed: ReadonlyArray<Installed>,
  image: { readonly version: string; readonly id: string },
): Promise<string> => {
  const bom = new Models.Bom()
  const component = new Models.Component(Enums.ComponentType.Container, "loom-sandbox", { version: image.version, bomRef: image.id })
  bom.metadata.component = component
  for (const one of installed) {
    const purl = purlOf(one)
    const type = one.kind === "node" ? Enums.ComponentType.Application : Enums.ComponentType.Library
    bom.components.add(
      new Models.Component(type, one.kind === "node" ? "node" : one.name, {
        version: one.version,
        purl: purl.toString() as never,
        bomRef: purl.toString(),
      }),
    )
  }
  const text = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6)).serialize(bom, {
    sortLists: true,
    space: 1,
  })
  const fault = await validate(text)
  if (fault !== null) throw new Error(`the SBOM is not valid CycloneDX 1.6: ${fault}`)
  return `${text}\n`
}

/** By the official schema, which the library carries; null when it is valid. */
export const validate = async (text: string): Promise<string | null> => {
  const error = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)
  return error === null ? null : JSON.stringify(error).slice(0, 2000)
}
