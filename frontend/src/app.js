import "htmx.org";
import "./forms.js";
import "./shell.js";
