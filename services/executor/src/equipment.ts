import { getLanguage, type LanguageId } from "@greenroom/shared/languages.ts";
import type { Equipment } from "./run/receipt.ts";
import { RunError } from "./run/run-error.ts";
import { runtimes } from "./runtimes.ts";
import type { DockerEngine } from "./sandbox/docker-sandbox.ts";
import type { Images } from "./sandbox/images.ts";

/** What the engine runs containers with unless it is told otherwise. */
const usualRuntime = "runc";

/** Says what programs of a language run with here. An image's tag is asked for its content once: a change has another. */
export function createEquipment(options: {
  engine: DockerEngine;
  images: Images;
  runtime: string | undefined;
}): (language: LanguageId) => Promise<Equipment> {
  const ids = new Map<string, string>();
  return async (language) => {
    const tag = options.images.find(runtimes[language].family);
    const image = tag === undefined ? undefined : (ids.get(tag) ?? (await options.engine.findImage(tag)));
    if (tag === undefined || image === undefined)
      throw new RunError("runtime-not-ready", `There is no image for "${language}".`);
    ids.set(tag, image);
    return { languageVersion: getLanguage(language).version, image, runtime: options.runtime ?? usualRuntime };
  };
}
