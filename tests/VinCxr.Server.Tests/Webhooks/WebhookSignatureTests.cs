using System.Text;
using VinCxr.Server.Webhooks;

namespace VinCxr.Server.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    [Fact]
    public void It_is_what_a_receiver_computes_with_other_tools()
    {
        var secret = new WebhookSecret(Encoding.UTF8.GetBytes("a-secret-of-enough-length"));

        // printf '1700000000.{"id":"evt_1"}' | openssl dgst -sha256 -hmac 'a-secret-of-enough-length'
        Assert.Equal(
            "t=1700000000,v1=d9660a624bd31c499fe40906bbcd8052a6a10934b6b4af4c1584133f04988497",
            WebhookSignature.Of(secret, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), "{\"id\":\"evt_1\"}"u8));
    }
}
