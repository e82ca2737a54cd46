const page = (title: string, body: string): string =>
  `<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>${body}</body></html>\n`;

/** What every address of a developer instance shows while it sleeps. */
export const hibernatingPage = page(
  'Instance Hibernating page',
  '<div class="instance-hibernating-page"><h1>Your instance is hibernating</h1><p>Sign in to the developer site to wake it up.</p></div>',
);

/** What a browser without a session sees. */
export const loginPage = page(
  'Log in | ServiceNow',
  '<form action="/login.do" method="post"><input name="user_name"><input name="user_password" type="password"><button>Log in</button></form>',
);

export const maintenancePage = page(
  'Maintenance',
  '<h1>This instance is being maintained</h1><p>Please come back soon.</p>',
);

export const plainPage = page('Welcome', '<h1>Welcome</h1>');
