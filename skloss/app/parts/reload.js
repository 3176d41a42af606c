// Keeps the key of the session in the tab, and reports the key of the former session.
const NAME = "skloss.session";

export default function ({ data, setStateValue }) {
  let former = null;
  try {
    former = window.sessionStorage.getItem(NAME);
    window.sessionStorage.setItem(NAME, data.key);
  } catch {
    return; // storage is blocked: a reload then begins a new session
  }
  // A link that is opened in the tab begins a session of its own.
  const [visit] = performance.getEntriesByType("navigation");
  const isBack = visit?.type === "reload" || visit?.type === "back_forward";
  if (isBack && former !== null && former !== data.key) {
    setStateValue("former", former);
  }
}
