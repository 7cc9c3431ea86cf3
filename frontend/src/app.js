import "htmx.org";
import "./forms.js";
import "./typed.js";
import "./shell.js";
