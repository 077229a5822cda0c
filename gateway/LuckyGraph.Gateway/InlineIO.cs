using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace LuckyGraph.Gateway;

/// <summary>
/// Goes on with a request on the thread that noticed its bytes. Nothing on the gateway's request path blocks, and a thread hop
/// for every read and write of the subgraphs' answers costs about as much as reading them.
/// </summary>
internal static class InlineIO
{
    private const string RuntimeSetting = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Must run before the process opens its first socket: the runtime reads its setting once.</summary>
    public static void AddInlineIO(this WebApplicationBuilder builder, GatewaySettings settings)
    {
        if (settings.InlineIO)
        {
            Environment.SetEnvironmentVariable(RuntimeSetting, "1");
            builder.Services.Configure<SocketTransportOptions>(static sockets => sockets.UnsafePreferInlineScheduling = true);
        }
    }
}
