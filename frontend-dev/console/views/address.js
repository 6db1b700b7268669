// Each page and each run is one place to go back to, however it is looked at: a change within it takes
// the place of the address before. An address that asks for a run is a new place, which the run's own
// then takes.
//
// What a page says of its address may come when somebody has gone on to another. It is kept from the
// address there; the page there says at its end what its own is.
export default function ({ data }) {
  const kept = (history.kept ??= keep());
  kept.drawn = data;
  if (!kept.missed || here(data) !== data.page) return;
  kept.missed = false;
  history.replaceState({}, "", location.pathname + (data.query && `?${data.query}`));
}

function keep() {
  const kept = { drawn: null, missed: false };
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const [now, then] = [new URL(location.href), new URL(url, location.href)];
    const stays = now.pathname === then.pathname;
    const is = (name) => now.searchParams.get(name) === then.searchParams.get(name);
    const within = stays && is("run") && !then.searchParams.has("request");
    if (stays && here(kept.drawn) !== kept.drawn.page) kept.missed = true;
    else if (within || now.searchParams.has("request")) history.replaceState(state, title, url);
    else push(state, title, url);
  };
  return kept;
}

// The page that the browser is at; the first one has no name of its own.
function here({ pages }) {
  return pages.find((page) => page && location.pathname.endsWith(`/${page}`)) ?? "";
}
