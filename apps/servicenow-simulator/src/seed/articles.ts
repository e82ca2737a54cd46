/** Articles of the knowledge base: title and text. */
export const articles: readonly (readonly [string, string])[] = [
  [
    'Connect to the company network with VPN',
    '<p>Open the VPN client, choose the gateway nearest to you and sign in with your company account. If it says that the connection timed out, switch Wi-Fi off and on and try the second gateway. The client must be version 5 or later.</p>',
  ],
  [
    'Reset your password',
    '<p>Go to the password page, enter your user name and choose a new password of at least twelve characters. Sign out of your phone first: an old password saved there locks the account again. After the reset wait five minutes before you sign in.</p>',
  ],
  [
    'Outlook keeps asking for a password or does not start',
    '<p>Close Outlook. In the control panel open Mail, show the profiles and add a new profile with your address. Make it the default and start Outlook; it downloads your mailbox again, which can take an hour.</p>',
  ],
  [
    'A printer does not print',
    '<p>See that the printer shows no error and has paper. Remove it under printers and scanners, then add it again by its room number. Documents that hang in the queue are cancelled from the same page.</p>',
  ],
  [
    'Use the Wi-Fi in the office',
    '<p>Choose the network named after the company, not the one for guests. Sign in with your company account. If the laptop connects but pages do not open, forget the network and join it again.</p>',
  ],
  [
    'Move MFA to a new phone',
    '<p>While you still have the old phone, open the security page and add the new phone as a second factor, then remove the old one. Without the old phone the service desk has to see your badge before it resets MFA.</p>',
  ],
  [
    'The disk of the laptop is full',
    '<p>Empty the recycle bin, remove what lies in Downloads and let OneDrive keep files online only. Storage settings show which folders are largest. Less than five gigabytes free keeps updates from installing.</p>',
  ],
  [
    'No sound or microphone in Teams',
    '<p>Open the device settings of Teams and choose your headset as speaker and microphone, then make a test call. Other programs that hold the microphone must be closed. A headset with a dongle needs the dongle in the laptop, not in the dock.</p>',
  ],
];
