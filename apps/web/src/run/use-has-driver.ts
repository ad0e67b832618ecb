import type { LanguageId } from "@greenroom/shared/languages.ts";
import { useQuery } from "@tanstack/react-query";

/** Whether a problem in function style can be met in this language; true until it is known. */
export function useHasDriver(language: LanguageId, isAsked: boolean): boolean {
  // The drivers of all languages are larger than the room without them: fetched once there is such a problem.
  const drivers = useQuery({
    queryKey: ["drivers"],
    queryFn: () => import("@greenroom/shared/signature/drivers.ts"),
    enabled: isAsked,
    staleTime: Infinity,
  });
  return !isAsked || (drivers.data?.hasDriver(language) ?? true);
}
