/* hello - the smallest CGI program there can be: what every figure is measured against. */
#include <unistd.h>

int
main(void)
{
	static const char answer[] = "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n";

	return write(1, answer, sizeof(answer) - 1) == (ssize_t)sizeof(answer) - 1 ? 0 : 1;
}
