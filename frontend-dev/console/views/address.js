// Each page and each run is one place to go back to, however it is looked at: a change within it takes
// the place of the address before. An address that asks for a run is a new place, which the run's own
// then takes.
//
// What a page says of its address may come when somebody has gone on to another. It is kept from the
// address there; the page there says at its end what its own is.
//
// A page that sends somebody on to another is first given the query of that page, then left for it. It
// keeps the address it had before.
export default function ({ data }) {
  const kept = (history.kept ??= keep());
  if (data.begins) {
    kept.drawn ??= data;
    return;
  }
  kept.drawn = data;
  if (asked(data.query) === asked(location.search)) kept.change = null;
  if (!kept.missed || here(data) !== data.page) return;
  kept.missed = false;
  history.replaceState({}, "", location.pathname + (data.query && `?${data.query}`));
}

function keep() {
  // The last change within a page that the page has not said is its own.
  const kept = { drawn: null, missed: false, change: null };
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const [now, then] = [new URL(location.href), new URL(url, location.href)];
    const stays = now.pathname === then.pathname;
    const same = asked(now.search) === asked(then.search);
    if (stays && here(kept.drawn) !== kept.drawn.page) {
      kept.missed = true;
      return;
    }
    const sent = !stays && same && asked(now.search) && kept.change;
    if (sent?.replaced) history.replaceState({}, "", sent.from);
    const is = (name) => now.searchParams.get(name) === then.searchParams.get(name);
    const within = stays && is("run") && !then.searchParams.has("request");
    const replaced = within || now.searchParams.has("request") || (sent && !sent.replaced);
    if (!stays) kept.change = null;
    else if (!same) kept.change = { from: now.href, replaced };
    if (replaced) history.replaceState(state, title, url);
    else push(state, title, url);
  };
  return kept;
}

// What a query asks for; which API is asked is the same on all pages, and may be added later.
function asked(query) {
  const named = new URLSearchParams(query);
  named.delete("api");
  return named.toString();
}

// The page that the browser is at; the first one has no name of its own.
function here({ pages }) {
  return pages.find((page) => page && location.pathname.endsWith(`/${page}`)) ?? "";
}
