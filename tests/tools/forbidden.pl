#!/usr/bin/perl
# forbidden.pl - tries what ops/vaultsphere.service forbids, one thing a switch, and prints the names of what was possible. Harmless where it is: things are opened
# and not written, calls that would change the machine get arguments that the kernel refuses (EFAULT, EINVAL: it would have done it) after it has asked for the right.
# System calls by their numbers on x86-64, as the Perl of a minimal Debian has no names for them.
use strict;
use warnings;
use Errno qw(EPERM EACCES EAFNOSUPPORT);
use Fcntl;

my $here = $ENV{STATE_DIRECTORY} // '/var/tmp';
sub writes { sysopen(my $f, $_[0], O_WRONLY | O_CREAT) }
sub opens { sysopen(my $f, $_[0], O_WRONLY) }
sub called { my $r = syscall(shift, @_); $r >= 0 || ($! != EPERM && $! != EACCES) }
sub status { open(my $f, '<', '/proc/self/status') or die; my ($v) = map { /^$_[0]:\s*(\S+)/ } <$f>; $v }
sub first { open(my $f, '<', $_[0]) or die; my $l = <$f>; $l =~ s/\s+/ /g; $l }

my @tries = (
	['ProtectSystem' => sub { writes('/usr/.probe') || writes('/etc/.probe') || writes('/var/.probe') }],
	['ProtectHome' => sub { -e '/root/probe' || -e '/home/probe' }],
	['PrivateTmp' => sub { -e '/tmp/probe' || -e '/var/tmp/probe' }],
	['PrivateDevices' => sub { -e '/dev/probe' }],
	['PrivateUsers' => sub { first('/proc/self/uid_map') =~ /^ ?0 0 4294967295/ }],
	['CapabilityBoundingSet' => sub { status('CapBnd') !~ /^0+$/ }],
	['NoNewPrivileges' => sub { !status('NoNewPrivs') }],
	['ProtectHostname' => sub { called(170, 0, 65536) }], # sethostname, a length too long
	['ProtectClock' => sub { called(227, 0, 0) }], # clock_settime, from no address
	['ProtectKernelTunables' => sub { opens('/proc/sys/net/ipv4/ip_forward') }],
	['ProtectKernelModules' => sub { called(175, 0, 0, 0) }], # init_module, no bytes
	['ProtectKernelLogs' => sub { called(103, 10, 0, 0) }], # syslog, the size of its buffer
	['ProtectControlGroups' => sub { opens('/sys/fs/cgroup/cgroup.procs') || opens('/sys/fs/cgroup/systemd/cgroup.procs') }],
	['ProtectProc' => sub { -e '/proc/1/stat' }],
	['ProcSubset' => sub { -e '/proc/meminfo' }],
	['RestrictAddressFamilies' => sub { syscall(41, 16, 3, 0) >= 0 }], # socket, netlink
	['RestrictNamespaces' => sub { called(272, 0x10000000) }], # unshare, users
	['RestrictRealtime' => sub { called(144, 0, 1, 0) }], # sched_setscheduler, FIFO, from no address
	['RestrictSUIDSGID' => sub { my $f = "$here/probe"; writes($f) && chmod(04755, $f) && -u $f }],
	['LockPersonality' => sub { called(135, 8) }], # personality, 32 bits
	['SystemCallFilter' => sub { called(101, 0, 0, 0, 0) }], # ptrace, by its parent
	['UMask' => sub { my $f = "$here/mask"; writes($f) && ((stat $f)[2] & 077) }],
);
print join(' ', map { $_->[0] } grep { $_->[1]->() } @tries), "\n";
