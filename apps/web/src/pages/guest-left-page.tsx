import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { paths } from "../paths.ts";
import { buttonClass } from "../ui/button.tsx";
import { FullPage } from "../ui/full-page.tsx";

const route = getRouteApi(paths.guestLeft);

export function GuestLeftPage(): ReactElement {
  const { sessionId } = route.useParams();
  return (
    <FullPage title="You have left the room">
      <p className="muted">
        What you typed is saved. Your seat is kept for half a minute; you can come back as yourself.
      </p>
      <Link to={paths.guestRoom} params={{ sessionId }} className={buttonClass("primary large")}>
        Go back in
      </Link>
    </FullPage>
  );
}
